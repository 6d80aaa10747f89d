import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { validate, validateStack } from "../../policies/policy.ts";
import { eksEndpointRestricted } from "../../policies/rules/eks-endpoint-restricted.ts";
import { rules } from "../../policies/rules/index.ts";
import { s3PublicAccessBlocked } from "../../policies/rules/s3-public-access-blocked.ts";
import { subjectOf } from "../../policies/subject.ts";

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

const statement: JsonObject = { Effect: "Allow", Action: "*", Resource: ["*"], Principal: { AWS: "*" }, Condition: {} };

/** Inputs that the rules read, each of them as it may be, or anything. */
const typical: JsonObject = {
  vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0", "a"] },
  encryptionConfig: { resources: ["secrets"], provider: { keyArn: "" } },
  enabledClusterLogTypes: ["api"],
  version: "1.30",
  metadataOptions: { httpTokens: "optional" },
  rootBlockDevice: { encrypted: false },
  ebsBlockDevices: [{ deviceName: "/dev/sdb" }, null],
  blockDeviceMappings: [{ ebs: { encrypted: "false" } }, {}],
  encrypted: false,
  storageEncrypted: "true",
  tags: { team: "" },
  policy: JSON.stringify({ Statement: [statement, null] }),
  assumeRolePolicy: { Statement: statement },
  inlinePolicies: [{ policy: "{" }, null],
  policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  bucket: "logs",
  acl: "public-read",
  grants: [{ uri: "http://acs.amazonaws.com/groups/global/AllUsers" }, null],
  accessControlPolicy: { grants: [{ grantee: null }] },
};

const inputs: fc.Arbitrary<JsonObject> = fc
  .record(
    Object.fromEntries(
      Object.entries(typical).map(([key, value]) => {
        const anything: fc.Arbitrary<Json> = fc.oneof(fc.constant(value), json);
        return [key, anything] as const;
      }),
    ),
    { requiredKeys: [] },
  )
  .map((record) => JSON.parse(JSON.stringify(record)) as JsonObject);

const types = [
  ...["eks/cluster:Cluster", "ec2/instance:Instance", "ec2/launchTemplate:LaunchTemplate", "ebs/volume:Volume"],
  ...["rds/cluster:Cluster", "iam/role:Role", "iam/policy:Policy", "iam/rolePolicyAttachment:RolePolicyAttachment"],
  ...["s3/bucket:Bucket", "s3/bucketAcl:BucketAcl", "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
].map((type) => `aws:${type}`);

function resource(type: string, props: JsonObject, from?: string) {
  const urn = `urn:pulumi:dev::driftless::${type}::main`;
  const propertyDependencies: Record<string, { urn: string }[]> = from === undefined ? {} : { bucket: [{ urn: from }] };
  return { type, name: "main", urn, props, propertyDependencies };
}

/** Inputs of which one is not known yet: as in Pulumi's own previews, whoever asks for it ends there. */
function withUnknown(known: JsonObject, name: string): JsonObject {
  const get = () => {
    throw new Error(`${name} is not known yet`);
  };
  return Object.defineProperty({ ...known }, name, { get, enumerable: true });
}

describe("rules about cloud resources", () => {
  it("have an answer to any inputs", () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), inputs, (type, props) => {
        const subject = subjectOf(resource(type, props));
        assert.ok(subject);
        for (const rule of rules) {
          assert.ok(Array.isArray(rule.checkSubject(subject, {})));
          assert.ok(Array.isArray(rule.checkStack([subject], {})));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("leave it to Pulumi where a preview does not know a value yet", () => {
    const props = withUnknown({ endpointPublicAccess: true }, "publicAccessCidrs");
    const asked = { ...resource("aws:eks/cluster:Cluster", { vpcConfig: props }), getConfig: () => ({}) };
    assert.throws(() => validate(eksEndpointRestricted, asked, () => undefined), /not known yet/);
  });

  it("find the block of a bucket whose name is not known yet", () => {
    const all = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
    const unknown = withUnknown(all, "bucket");
    const bucket = resource("aws:s3/bucket:Bucket", { bucket: "logs-1" });
    const block = resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", unknown, bucket.urn);
    const messages: string[] = [];
    const stack = (resources: (typeof bucket)[]) => ({ resources, getConfig: () => ({}) });
    validateStack(s3PublicAccessBlocked, stack([bucket, block]), (message) => messages.push(message));
    assert.equal(messages.length, 0);
    validateStack(s3PublicAccessBlocked, stack([bucket]), (message) => messages.push(message));
    assert.equal(messages.length, 1);
  });
});
