import type { runtime } from "@pulumi/pulumi";

/** What AWS would add to the inputs of resources of which something is made. */
const outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://eks.example.com",
    certificateAuthority: { data: "Q0E=" },
    identities: [{ oidcs: [{ issuer: "https://oidc.example.com/id/1" }] }],
  },
  "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 7 },
  "aws:kms/key:Key": { keyId: "key-id" },
};

/** What a resource of AWS is once it was created; undefined for resources of others. */
export function createdByAws({ type, name, inputs }: runtime.MockResourceArgs): runtime.MockResourceResult | undefined {
  if (!type.startsWith("aws:") && type !== "pulumi:providers:aws") return undefined;
  const given = inputs as Record<string, unknown>;
  return { id: `${name}-id`, state: { arn: `arn of ${name}`, ...given, ...outputs[type] } };
}

/** What AWS answers a function; undefined for functions that nobody calls. */
export function answeredByAws({ token }: runtime.MockCallArgs): runtime.MockCallResult | undefined {
  // In no order.
  if (token === "aws:index/getAvailabilityZones:getAvailabilityZones") return { names: ["eu-c", "eu-a", "eu-b"] };
  return undefined;
}
