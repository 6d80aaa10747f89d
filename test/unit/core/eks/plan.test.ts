import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { planEks, type EksPlan } from "../../../../core/eks/plan.ts";
import { awsRegions } from "../../../../core/eks/regions.ts";
import { accessPolicyArn, managedPolicyArn } from "../../../../core/eks/partition.ts";
import { eksEnvironment, eksSpec, smallEks } from "../../../support/eks.ts";

const plan = (fields: object = {}): EksPlan => planEks("dev", "eu", eksSpec(fields));
const group = smallEks.nodeGroups.default;

describe("the plan of an EKS cluster", () => {
  it("names it after environment and cluster, so that it is found without the state", () => {
    assert.equal(plan().name, "dev-eu");
    assert.equal(plan({ name: "shop" }).name, "shop");
  });

  it("keeps the subnets of a zone where another zone is added", () => {
    const of = (zones: number) => {
      const { network } = plan({ vpc: { cidr: "10.0.0.0/16", zones } });
      return "zones" in network ? network.zones : [];
    };
    assert.deepEqual(of(3), [
      { number: 1, private: "10.0.0.0/18", public: "10.0.192.0/20" },
      { number: 2, private: "10.0.64.0/18", public: "10.0.208.0/20" },
      { number: 3, private: "10.0.128.0/18", public: "10.0.224.0/20" },
    ]);
    assert.deepEqual(of(2), of(3).slice(0, 2));
  });

  it("has the add-ons that a cluster needs, those before the nodes without which none is ready", () => {
    assert.deepEqual(
      plan().addons.map(({ name, beforeNodes }) => [name, beforeNodes]),
      [
        ["aws-ebs-csi-driver", false],
        ["coredns", false],
        ["eks-pod-identity-agent", true],
        ["kube-proxy", true],
        ["vpc-cni", true],
      ],
    );
  });

  it("leaves out what is off, takes versions and settings, and adds others after the nodes", () => {
    const addons = {
      coredns: { version: "v1.12.1-eksbuild.2", configuration: { replicaCount: 3, computeType: "Fargate" } },
      "aws-ebs-csi-driver": { enabled: false },
      "metrics-server": {},
    };
    const made = plan({ addons });
    assert.deepEqual(
      made.addons.filter(({ beforeNodes }) => !beforeNodes),
      [
        {
          name: "coredns",
          version: "v1.12.1-eksbuild.2",
          configuration: '{"computeType":"Fargate","replicaCount":3}',
          beforeNodes: false,
        },
        { name: "metrics-server", beforeNodes: false },
      ],
    );
    assert.deepEqual(made.podIdentities, []);
  });

  it("gives the driver of volumes a role, unless the document does", () => {
    const [driver] = plan().podIdentities;
    assert.deepEqual(driver, {
      namespace: "kube-system",
      serviceAccount: "ebs-csi-controller-sa",
      role: { key: "ebs-csi", name: "dev-eu.ebs-csi", policies: ["service-role/AmazonEBSCSIDriverPolicy"] },
    });
    const role = "arn:aws:iam::123456789012:role/volumes";
    const own = { namespace: "kube-system", serviceAccount: "ebs-csi-controller-sa", role };
    assert.deepEqual(plan({ podIdentity: { volumes: own } }).podIdentities, [own]);
  });

  it("takes the image for the architecture of the instances", () => {
    const ami = (fields: object) => plan({ nodeGroups: { a: { ...group, ...fields } } }).nodeGroups[0];
    for (const type of [
      "m7g.large",
      "c6gn.xlarge",
      "t4g.small",
      "x2gd.large",
      "im4gn.large",
      "g5g.xlarge",
      "a1.large",
    ]) {
      assert.equal(ami({ instanceTypes: [type] })?.amiType, "AL2023_ARM_64_STANDARD", type);
    }
    for (const type of ["m7i.large", "g4dn.xlarge", "gr6.4xlarge", "c5.large", "trn1.2xlarge", "u7i-6tb.112xlarge"]) {
      assert.equal(ami({ instanceTypes: [type] })?.amiType, "AL2023_x86_64_STANDARD", type);
    }
    const bottlerocket = ami({ amiType: "BOTTLEROCKET_x86_64", disk: 80 });
    assert.deepEqual(bottlerocket?.disks, [{ device: "/dev/xvda" }, { device: "/dev/xvdb", size: 80 }]);
  });

  it("is the same in whatever order the document says it", () => {
    const access = {
      b: { principal: "arn:aws:iam::123456789012:role/b", policy: "view", namespaces: ["shop"] },
      a: { principal: "arn:aws:iam::123456789012:role/team/a", groups: ["ops"] },
    };
    const one = plan({ nodeGroups: { a: group, b: group }, access });
    const other = plan({ nodeGroups: { b: group, a: group }, access: { a: access.a, b: access.b } });
    assert.equal(JSON.stringify(one), JSON.stringify(other));
    assert.deepEqual(one.access, [
      {
        key: "123456789012/role/b",
        principal: access.b.principal,
        groups: [],
        policy: { name: "AmazonEKSViewPolicy", namespaces: ["shop"] },
      },
      { key: "123456789012/role/team/a", principal: access.a.principal, groups: ["ops"] },
    ]);
  });

  it("knows the partitions of regions", () => {
    const policy = "AmazonEKSClusterPolicy";
    assert.equal(managedPolicyArn("eu-central-1", policy), `arn:aws:iam::aws:policy/${policy}`);
    assert.equal(managedPolicyArn("cn-north-1", policy), `arn:aws-cn:iam::aws:policy/${policy}`);
    assert.equal(managedPolicyArn("us-gov-east-1", policy), `arn:aws-us-gov:iam::aws:policy/${policy}`);
    assert.equal(managedPolicyArn("eu-central-1", "arn:aws:iam::1:policy/a"), "arn:aws:iam::1:policy/a");
    assert.equal(accessPolicyArn("eu-central-1", "P"), "arn:aws:eks::aws:cluster-access-policy/P");
    assert.deepEqual(awsRegions, [...new Set(awsRegions)].sort());
  });

  it("shows charts the version of the control plane, unless the document says another", () => {
    const kubernetes = eksEnvironment({ eu: smallEks }).spec.clusters["eu"]?.kubernetes;
    assert.deepEqual(kubernetes, { apiVersions: [], version: "1.34" });
    const [place] = eksEnvironment({ eu: smallEks }).explain("clusters.eu.kubernetes.version");
    assert.equal(place?.setBy.by, "inherited");
  });
});
