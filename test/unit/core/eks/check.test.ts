import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import type { Finding } from "../../../../core/errors/finding.ts";
import { eksEnvironment, smallEks } from "../../../support/eks.ts";

function findings(clusters: Readonly<Record<string, object>>): readonly Finding[] {
  try {
    eksEnvironment(clusters);
    return [];
  } catch (error) {
    assert.ok(error instanceof DriftlessError);
    return error.findings;
  }
}

/** What is said of the cluster `eu`, each with the field that it is said of. */
function said(fields: object): readonly string[] {
  return findings({ eu: { ...smallEks, ...fields } }).map(({ code, message, place, fix }) => {
    assert.equal(code, "CONFIG_INVALID");
    assert.notEqual(fix, "");
    return `${(place?.field ?? "").replace("clusters.eu.eks", "")}: ${message}`;
  });
}

const group = smallEks.nodeGroups.default;
const nodes = (fields: object): object => ({ nodeGroups: { default: { ...group, ...fields } } });
const arn = (role: string): string => `arn:aws:iam::123456789012:role/${role}`;

/** A document, and all that is wrong with it. */
const cases: readonly (readonly [title: string, fields: object, ...wrong: readonly RegExp[]])[] = [
  ["one that has what it needs", {}],
  ["a VPC that exists", { vpc: { id: "vpc-0a1b2c3d", subnets: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"] } }],
  ["a region that AWS does not have", { region: "eu-centrla-1" }, /^\.region: AWS has no region "eu-centrla-1"/],
  ["a version that AWS no longer has", { version: "1.21" }, /^\.version: AWS does not support Kubernetes 1\.21/],
  ["a version that cannot be there yet", { version: "1.53" }, /^\.version: There is no Kubernetes 1\.53 on EKS/],
  ["a version as a number", { version: 1.3 }, /^\.version: Expected text, found the number 1\.3/],

  [
    "a block with bits behind its prefix",
    { vpc: { cidr: "10.0.0.1/16" } },
    /"10\.0\.0\.1\/16" is no block.*bits behind/,
  ],
  ["a block that is none", { vpc: { cidr: "10.0.300.0/16" } }, /^\.vpc\.cidr: "10\.0\.300\.0\/16" is no block/],
  [
    "a VPC that is too large",
    { vpc: { cidr: "10.0.0.0/8" } },
    /^\.vpc\.cidr: The VPC .* prefix of 8; .* from 16 to 24/,
  ],
  ["a VPC that is too small", { vpc: { cidr: "10.0.0.0/26" } }, /^\.vpc\.cidr: The VPC .* prefix of 26/],
  ["Services inside the VPC", { serviceCidr: "10.0.128.0/20" }, /The service CIDR .* overlaps the VPC 10\.0\.0\.0\/16/],
  [
    "a VPC around the Services of the default",
    { vpc: { cidr: "172.20.0.0/20" } },
    /overlaps the VPC 172\.20\.0\.0\/20/,
  ],
  [
    "Services inside a VPC that exists",
    { vpc: { id: "vpc-0a1b2c3d", cidr: "172.16.0.0/12", subnets: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"] } },
    /overlaps the VPC 172\.16\.0\.0\/12/,
  ],
  [
    "Services with public addresses",
    { serviceCidr: "203.0.113.0/24" },
    /^\.serviceCidr: .* lies outside 10\.0\.0\.0\/8/,
  ],
  ["too many addresses for Services", { serviceCidr: "10.128.0.0/9" }, /^\.serviceCidr: .* prefix of 9/],
  [
    "subnets that overlap, lie outside or are too small",
    {
      vpc: {
        cidr: "10.0.0.0/16",
        zones: 2,
        subnets: { private: ["10.0.0.0/17", "10.0.64.0/18"], public: ["10.1.0.0/24", "10.0.128.0/30"] },
      },
    },
    /private\[1\]: The private subnet 10\.0\.64\.0\/18 overlaps the private subnet 10\.0\.0\.0\/17/,
    /public\[0\]: The public subnet 10\.1\.0\.0\/24 lies outside the VPC/,
    /public\[1\]: The public subnet 10\.0\.128\.0\/30 has a prefix of 30/,
  ],
  [
    "another number of subnets than of zones",
    {
      vpc: {
        cidr: "10.0.0.0/16",
        subnets: {
          private: ["10.0.0.0/18", "10.0.64.0/18"],
          public: ["10.0.192.0/24", "10.0.193.0/24", "10.0.194.0/24"],
        },
      },
    },
    /^\.vpc\.subnets\.private: There are 2 blocks of private subnets for 3 zones/,
  ],
  ["one zone", { vpc: { cidr: "10.0.0.0/16", zones: 1 } }, /^\.vpc\.zones: Expected 2 or 3, found the number 1/],
  ["a given VPC without subnets", { vpc: { id: "vpc-0a1b2c3d", subnets: [] } }, /^\.vpc\.subnets: The list is empty/],
  [
    "a mistake in a given VPC",
    { vpc: { id: "vpc-0a1b2c3d", subnets: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"], nat: "none" } },
    /The key "nat" does not go with the others/,
  ],

  ["an endpoint that nobody reaches", { endpoint: { private: false } }, /neither from inside the VPC nor from outside/],
  ["an endpoint for everybody", { endpoint: { public: true } }, /public, and nothing says who may reach it/],
  [
    "callers of what is private",
    { endpoint: { publicAccessCidrs: ["203.0.113.0/24"] } },
    /an endpoint that is not public/,
  ],
  [
    "callers from nowhere",
    { endpoint: { public: true, publicAccessCidrs: ["10.0.0.0/8"] } },
    /10\.0\.0\.0\/8 is a private block/,
  ],

  ["a node group without subnets", nodes({ subnets: [] }), /subnets: The list is empty/],
  ["subnets in a VPC to make", nodes({ subnets: ["subnet-0a1b2c3d"] }), /VPC and its subnets are to be made/],
  ["more nodes at least than at most", nodes({ min: 5 }), /\.min: .* at least 5 nodes and at most 4/],
  ["a beginning out of bounds", nodes({ desired: 5 }), /\.desired: .* begin with 5 nodes, outside of 2 to 4/],
  ["nodes ahead of the control plane", nodes({ version: "1.35" }), /1\.35, ahead of the control plane's 1\.34/],
  ["nodes at the limit", nodes({ version: "1.31" })],
  ["nodes far behind the control plane", nodes({ version: "1.30" }), /1\.30, 4 minors behind .* it may be 3/],
  [
    "instances of two architectures",
    nodes({ instanceTypes: ["m7i.large", "m7g.large"] }),
    /"m7g\.large" is .* arm64 .* for x86_64/,
  ],
  [
    "an image of another architecture",
    nodes({ amiType: "BOTTLEROCKET_ARM_64" }),
    /"m7i\.large" is .* x86_64 .* for arm64/,
  ],
  [
    "a label that the kubelet refuses",
    nodes({ labels: { "node-role.kubernetes.io/web": "" } }),
    /"node-role\.kubernetes\.io\/web" is not one/,
  ],
  ["labels that a node may have", nodes({ labels: { "node.kubernetes.io/pool": "web", team: "shop" } })],
  [
    "a taint twice",
    nodes({
      taints: [
        { key: "a", effect: "NoExecute" },
        { key: "a", value: "b", effect: "NoExecute" },
      ],
    }),
    /taints\[1\]: .* taint "a" with the effect NoExecute twice/,
  ],
  ["a long name of a node group", { nodeGroups: { ["n".repeat(37)]: group } }, /1 characters too long for AWS/],
  ["nowhere to run", { nodeGroups: {} }, /no node group and no Fargate profile, .* aws-ebs-csi-driver, coredns/],
  ["no node to begin with", nodes({ min: 0 }), /no node to begin with/],
  ["nothing but Fargate", { nodeGroups: {}, fargateProfiles: { all: { selectors: [{ namespace: "shop" }] } } }],

  ["an access entry that gives nothing", { access: { ops: { principal: arn("ops") } } }, /"ops" gives nothing/],
  [
    "namespaces for no policy",
    { access: { ops: { principal: arn("ops"), groups: ["ops"], namespaces: ["a"] } } },
    /and no policy/,
  ],
  [
    "a group that AWS refuses",
    { access: { ops: { principal: arn("ops"), groups: ["system:masters"] } } },
    /"system:masters", which AWS refuses/,
  ],
  [
    "a principal twice",
    { access: { a: { principal: arn("ops"), policy: "view" }, b: { principal: arn("ops"), policy: "edit" } } },
    /^\.access\.b: The same principal has two entries, "a" and "b"/,
  ],
  ["nobody who is administrator", { creatorAdmin: false }, /^\.creatorAdmin: Nobody is administrator/],
  ["another administrator", { creatorAdmin: false, access: { ci: { principal: arn("ci"), policy: "cluster-admin" } } }],
  [
    "pods with a role and policies, or without both",
    {
      podIdentity: {
        a: { namespace: "a", serviceAccount: "a", role: arn("a"), policies: [] },
        b: { namespace: "b", serviceAccount: "b" },
      },
    },
    /"a" has both `role` and `policies`/,
    /"b" has neither/,
  ],
  [
    "pods that nobody gives a role to",
    {
      podIdentity: { a: { namespace: "a", serviceAccount: "a", role: arn("a") } },
      addons: { "eks-pod-identity-agent": { enabled: false } },
    },
    /eks-pod-identity-agent, which is off/,
  ],
  [
    "an add-on off that never was on",
    { addons: { "vpc-cn": { enabled: false } } },
    /"vpc-cn" is off, and never was on/,
  ],
  [
    "an old kube-proxy",
    { addons: { "kube-proxy": { version: "v1.30.1-eksbuild.1" } } },
    /kube-proxy is to stay at Kubernetes 1\.30/,
  ],
  ["a name too long for roles", { name: "n".repeat(57) }, /^\.name: .* has 57 characters; .* it may have 56/],
  [
    "a key of another region",
    { encryption: { key: "arn:aws:kms:us-east-1:123456789012:key/a" } },
    /key is in us-east-1/,
  ],
  [
    "tags that AWS does not take",
    { tags: { "aws:team": "a", "driftless.dev/cluster": "b", team: "a;b" } },
    /"aws:team" is one that only AWS may set/,
    /"driftless\.dev\/cluster" is set by Driftless/,
    /"team" holds a character/,
  ],
  ["days that CloudWatch does not know", { logs: { retentionDays: 8 } }, /^\.logs\.retentionDays: Expected 1, 3/],
  ["a word of nobody", { nodegroups: {} }, /Unknown key "nodegroups"/],
];

describe("checks of EKS clusters", () => {
  for (const [title, fields, ...wrong] of cases) {
    it(`${wrong.length === 0 ? "accept" : "refuse"} ${title}`, () => {
      const found = said(fields);
      assert.equal(found.length, wrong.length, found.join("\n"));
      for (const pattern of wrong) {
        assert.ok(
          found.some((each) => pattern.test(each)),
          `${String(pattern)}\n${found.join("\n")}`,
        );
      }
    });
  }

  it("accept a cluster by its name, in a region that there is", () => {
    assert.deepEqual(findings({ eu: { existing: "shop", region: "eu-west-1" } }), []);
    assert.match(findings({ eu: { existing: "shop", region: "eu-west-9" } })[0]?.message ?? "", /no region/);
    assert.match(
      findings({ eu: { existing: "shop", region: "eu-west-1", version: "1.34" } })[0]?.message ?? "",
      /The key "version" does not go with the others/,
    );
  });

  it("refuse two clusters of an environment that are one at AWS", () => {
    const same = findings({ a: { ...smallEks, name: "shop" }, b: { existing: "shop", region: "eu-central-1" } });
    assert.deepEqual(
      same.map(({ message }) => message),
      ['The clusters "a" and "b" are the same at AWS: "shop" in eu-central-1.'],
    );
    assert.deepEqual(findings({ a: { ...smallEks, name: "shop" }, b: { existing: "shop", region: "eu-west-1" } }), []);
  });

  it("say everything at once, each where it stands", () => {
    const found = findings({ eu: { ...smallEks, region: "eu-nowhere-1", version: "1.20" } });
    assert.deepEqual(
      found.map(({ place }) => place?.field),
      ["clusters.eu.eks.region", "clusters.eu.eks.version"],
    );
  });
});
