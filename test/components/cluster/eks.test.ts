import assert from "node:assert/strict";
import type { Resource } from "@pulumi/pulumi";
import { describe, it } from "mocha";
import { Cluster, type CreateCluster } from "../../../components/cluster/cluster.ts";
import { DeletionLeave } from "../../../components/deletion-leave.ts";
import { createSteps } from "../../../components/steps.ts";
import { resourceHooks } from "../../../core/plan/step-name.ts";
import { FakeDelivery } from "../fake-delivery.ts";
import { environment } from "../plans.ts";
import { createEks } from "../../../components/cluster/eks.ts";
import { planEks } from "../../../core/eks/plan.ts";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { taggableTypes } from "../../../policies/aws/taggable.ts";
import { rules } from "../../../policies/rules/index.ts";
import { subjectOf } from "../../../policies/subject.ts";
import { eksSpec, smallEks } from "../../support/eks.ts";
import { record, type Recording, type Registered } from "../recorder.ts";

const group = smallEks.nodeGroups.default;
const full = {
  nodeGroups: { default: group, arm: { ...group, instanceTypes: ["m7g.large"], capacity: "spot" } },
  fargateProfiles: { batch: { selectors: [{ namespace: "batch", labels: { size: "small" } }] } },
  access: {
    ops: { principal: "arn:aws:iam::123456789012:role/team/ops", policy: "admin", namespaces: ["shop"] },
    ci: { principal: "arn:aws:iam::123456789012:role/ci", groups: ["deployers"] },
  },
  podIdentity: {
    dns: { namespace: "dns", serviceAccount: "dns", policies: ["arn:aws:iam::123456789012:policy/dns"] },
  },
};

function create(fields: object = full): Promise<Recording> {
  const plan = planEks("dev", "eu", eksSpec(fields));
  return record(
    () =>
      new Cluster("eu", {
        environment: "dev",
        access: (parent, hooks) => createEks(plan, parent, { hooks }),
      }),
  );
}

function resource({ resources }: Recording, name: string): Registered {
  const found = resources.get(name);
  assert.ok(found, `${name} is not there: ${[...resources.keys()].join(", ")}`);
  return found;
}

/** Whether one resource waits for another, whoever is between them. */
function waits(recording: Recording, name: string, other: string): boolean {
  const seen = new Set<string>();
  const visit = (current: string): boolean => {
    if (current === other) return true;
    if (seen.has(current)) return false;
    seen.add(current);
    const { dependsOn = [], provider = "" } = recording.resources.get(current) ?? {};
    return [...dependsOn, provider].some((each) => visit(each.split("::").slice(1).join("::")));
  };
  return visit(name);
}

describe("an EKS cluster", () => {
  it("has these resources, whose names are their identities", async () => {
    const { resources } = await create();
    assert.deepEqual([...resources.values()].map(({ type, name }) => `${type} ${name}`).sort(), [
      "aws:cloudwatch/logGroup:LogGroup eu/log-group",
      "aws:ec2/eip:Eip eu/eip/nat-1",
      "aws:ec2/eip:Eip eu/eip/nat-2",
      "aws:ec2/eip:Eip eu/eip/nat-3",
      "aws:ec2/internetGateway:InternetGateway eu/internet-gateway",
      "aws:ec2/launchTemplate:LaunchTemplate eu/launch-template/arm",
      "aws:ec2/launchTemplate:LaunchTemplate eu/launch-template/default",
      "aws:ec2/natGateway:NatGateway eu/nat-gateway/1",
      "aws:ec2/natGateway:NatGateway eu/nat-gateway/2",
      "aws:ec2/natGateway:NatGateway eu/nat-gateway/3",
      "aws:ec2/route:Route eu/route/private-1",
      "aws:ec2/route:Route eu/route/private-2",
      "aws:ec2/route:Route eu/route/private-3",
      "aws:ec2/route:Route eu/route/public",
      "aws:ec2/routeTable:RouteTable eu/route-table/private-1",
      "aws:ec2/routeTable:RouteTable eu/route-table/private-2",
      "aws:ec2/routeTable:RouteTable eu/route-table/private-3",
      "aws:ec2/routeTable:RouteTable eu/route-table/public",
      ...["private-1", "private-2", "private-3", "public-1", "public-2", "public-3"].map(
        (part) => `aws:ec2/routeTableAssociation:RouteTableAssociation eu/route-table-association/${part}`,
      ),
      ...["private-1", "private-2", "private-3", "public-1", "public-2", "public-3"].map(
        (part) => `aws:ec2/subnet:Subnet eu/subnet/${part}`,
      ),
      "aws:ec2/vpc:Vpc eu/vpc",
      "aws:eks/accessEntry:AccessEntry eu/access-entry/123456789012/role/ci",
      "aws:eks/accessEntry:AccessEntry eu/access-entry/123456789012/role/team/ops",
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation eu/access-policy/123456789012/role/team/ops",
      "aws:eks/addon:Addon eu/addon/aws-ebs-csi-driver",
      "aws:eks/addon:Addon eu/addon/coredns",
      "aws:eks/addon:Addon eu/addon/eks-pod-identity-agent",
      "aws:eks/addon:Addon eu/addon/kube-proxy",
      "aws:eks/addon:Addon eu/addon/vpc-cni",
      "aws:eks/cluster:Cluster eu/cluster",
      "aws:eks/fargateProfile:FargateProfile eu/fargate-profile/batch",
      "aws:eks/nodeGroup:NodeGroup eu/node-group/arm",
      "aws:eks/nodeGroup:NodeGroup eu/node-group/default",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation eu/pod-identity/dns/dns",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation eu/pod-identity/kube-system/ebs-csi-controller-sa",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider eu/oidc-provider",
      "aws:iam/role:Role eu/role/cluster",
      "aws:iam/role:Role eu/role/ebs-csi",
      "aws:iam/role:Role eu/role/fargate",
      "aws:iam/role:Role eu/role/nodes",
      "aws:iam/role:Role eu/role/pod/dns",
      ...[
        "cluster/AmazonEKSClusterPolicy",
        "ebs-csi/AmazonEBSCSIDriverPolicy",
        "fargate/AmazonEKSFargatePodExecutionRolePolicy",
        "nodes/AmazonEC2ContainerRegistryPullOnly",
        "nodes/AmazonEKSWorkerNodePolicy",
        "nodes/AmazonEKS_CNI_Policy",
        "pod/dns/dns",
      ].map((part) => `aws:iam/rolePolicyAttachment:RolePolicyAttachment eu/role/${part}`),
      "aws:kms/alias:Alias eu/key-alias",
      "aws:kms/key:Key eu/key",
      "driftless:index:Cluster eu",
      "pulumi:providers:aws eu/aws",
      "pulumi:providers:kubernetes eu-provider",
    ]);
  });

  it("is below the component of the cluster, and by a provider of its region alone", async () => {
    const recording = await create();
    for (const { type, name, parent, provider } of recording.resources.values()) {
      if (name !== "eu") assert.equal(parent, "driftless:index:Cluster::eu", name);
      if (type.startsWith("aws:")) assert.equal(provider, "pulumi:providers:aws::eu/aws", name);
    }
    // Credentials are the business of AWS's own chain: none gets into the state.
    assert.equal(resource(recording, "eu/aws").inputs["region"], "eu-central-1");
    const inputs = Object.keys(resource(recording, "eu/aws").inputs);
    assert.deepEqual(
      inputs.filter((key) => /key|token|secret|profile|assume/i.test(key)),
      [],
    );
  });

  it("is upgraded in order: control plane, add-ons of nodes, nodes, add-ons on nodes; and goes in the other", async () => {
    const recording = await create();
    const order = (before: string, after: string): void => {
      assert.ok(waits(recording, after, before), `${after} does not wait for ${before}`);
      assert.ok(!waits(recording, before, after), `${before} waits for ${after}`);
    };
    for (const addon of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
      order("eu/cluster", `eu/addon/${addon}`);
      for (const name of ["default", "arm"]) order(`eu/addon/${addon}`, `eu/node-group/${name}`);
    }
    for (const addon of ["coredns", "aws-ebs-csi-driver"]) {
      for (const name of ["node-group/default", "node-group/arm", "fargate-profile/batch"]) {
        order(`eu/${name}`, `eu/addon/${addon}`);
      }
    }
    order("eu/pod-identity/kube-system/ebs-csi-controller-sa", "eu/addon/aws-ebs-csi-driver");
  });

  it("may do what it is for before it acts, and keeps that until it is gone", async () => {
    const recording = await create();
    const after = (name: string, ...others: readonly string[]): void => {
      for (const other of others) assert.ok(waits(recording, name, other), `${name} does not wait for ${other}`);
    };
    after("eu/cluster", "eu/role/cluster/AmazonEKSClusterPolicy", "eu/log-group", "eu/key", "eu/route/private-1");
    after("eu/node-group/default", "eu/role/nodes/AmazonEKSWorkerNodePolicy", "eu/role/nodes/AmazonEKS_CNI_Policy");
    after("eu/node-group/default", "eu/route/private-3", "eu/launch-template/default");
    after("eu/fargate-profile/batch", "eu/role/fargate/AmazonEKSFargatePodExecutionRolePolicy");
    after("eu/access-policy/123456789012/role/team/ops", "eu/access-entry/123456789012/role/team/ops");
    after("eu/nat-gateway/1", "eu/internet-gateway", "eu/route/public");
  });

  it("is complete before anything is put on it, and goes after all of that", async () => {
    const recording = await create();
    const parts = [...recording.resources.values()].filter(({ type }) => type.startsWith("aws:"));
    const around = /^(eu\/(key-alias|oidc-provider)|eu\/route-table-association\/public-)/;
    for (const { name } of parts) {
      if (!around.test(name))
        assert.ok(waits(recording, "eu-provider", name), `the provider does not wait for ${name}`);
    }
  });

  it("is reached without a secret, by what the state may hold", async () => {
    const recording = await create();
    const { kubeconfig, context } = resource(recording, "eu-provider").inputs;
    assert.equal(context, "dev-eu");
    assert.ok(typeof kubeconfig === "object" && kubeconfig !== null && "secret" in kubeconfig);
    const text = String(kubeconfig.secret);
    assert.match(text, /https:\/\/eks\.example\.com/);
    assert.doesNotMatch(text, /token":"/);
  });

  it("keeps what holds something from deletion, unless the document says otherwise", async () => {
    const kept = async (fields: object): Promise<readonly string[]> =>
      [...(await create(fields)).resources.values()]
        .filter(({ protect }) => protect)
        .map(({ name }) => name)
        .sort();
    assert.deepEqual(await kept({}), ["eu/cluster", "eu/key", "eu/vpc"]);
    assert.deepEqual(await kept({ protect: false }), []);
    const cluster = async (protect: boolean) =>
      resource(await create({ protect }), "eu/cluster").inputs["deletionProtection"];
    assert.deepEqual([await cluster(true), await cluster(false)], [true, false]);
  });

  it("is asked about before any part of it is deleted", async () => {
    const plan = planEks("dev", "eu", eksSpec(full));
    const steps = createSteps(new FakeDelivery(), new DeletionLeave(environment([]), []), { members: new Map() });
    const access: CreateCluster = (parent, hooks) => createEks(plan, parent, { hooks });
    const args = { environment: "dev", access, partHooks: steps.parts.ofParts };
    const { resources } = await record(() => new Cluster("eu", args));
    const parts = [...resources.values()].filter(({ type }) => type.startsWith("aws:"));
    assert.ok(parts.length > 50);
    for (const { name, hooks } of parts) assert.deepEqual(hooks, { beforeDelete: [resourceHooks.partDeletion] }, name);
  });

  it("stays at AWS as a whole where everything is let go", async () => {
    const plan = planEks("dev", "eu", eksSpec(full));
    const access = (parent: Resource) => createEks(plan, parent, { keep: true, hooks: {} });
    const { resources } = await record(() => new Cluster("eu", { environment: "dev", access }));
    const parts = [...resources.values()].filter(({ type }) => type.startsWith("aws:"));
    assert.deepEqual(
      parts.filter(({ retainOnDelete }) => !retainOnDelete),
      [],
    );
    const others = [...(await create()).resources.values()];
    assert.deepEqual(
      others.filter(({ retainOnDelete }) => retainOnDelete),
      [],
    );
  });

  it("has the control plane that the document says", async () => {
    const endpoint = { public: true, publicAccessCidrs: ["203.0.113.0/24"] };
    const key = "arn:aws:kms:eu-central-1:123456789012:key/a";
    const recording = await create({ endpoint, encryption: { key }, logs: { types: ["audit"], retentionDays: 30 } });
    const { inputs, ignoreChanges } = resource(recording, "eu/cluster");
    assert.deepEqual(inputs, {
      name: "dev-eu",
      version: "1.34",
      roleArn: "arn of eu/role/cluster",
      vpcConfig: {
        subnetIds: ["eu/subnet/private-1-id", "eu/subnet/private-2-id", "eu/subnet/private-3-id"],
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ["203.0.113.0/24"],
      },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      encryptionConfig: { provider: { keyArn: key }, resources: ["secrets"] },
      enabledClusterLogTypes: ["audit"],
      deletionProtection: true,
      tags: { "driftless.dev/environment": "dev", "driftless.dev/cluster": "eu" },
    });
    assert.deepEqual(ignoreChanges, ["accessConfig.bootstrapClusterCreatorAdminPermissions"]);
    assert.equal(recording.resources.has("eu/key"), false);
    assert.equal(resource(recording, "eu/log-group").inputs["retentionInDays"], 30);
    assert.equal(resource(recording, "eu/log-group").inputs["name"], "/aws/eks/dev-eu/cluster");
  });

  it("has the nodes that the document says", async () => {
    const nodes = {
      ...{ instanceTypes: ["m7g.large"], min: 1, max: 5, desired: 3, disk: 80, capacity: "spot", version: "1.33" },
      labels: { pool: "web" },
      taints: [{ key: "web", effect: "NoSchedule" }],
    };
    const recording = await create({ nodeGroups: { web: nodes } });
    const { inputs, ignoreChanges } = resource(recording, "eu/node-group/web");
    const tags = {
      "driftless.dev/environment": "dev",
      "driftless.dev/cluster": "eu",
      "driftless.dev/node-group": "web",
    };
    assert.deepEqual(inputs, {
      clusterName: "dev-eu",
      nodeGroupNamePrefix: "web-",
      nodeRoleArn: "arn of eu/role/nodes",
      subnetIds: ["eu/subnet/private-1-id", "eu/subnet/private-2-id", "eu/subnet/private-3-id"],
      version: "1.33",
      amiType: "AL2023_ARM_64_STANDARD",
      capacityType: "SPOT",
      instanceTypes: ["m7g.large"],
      scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 3 },
      launchTemplate: { id: "eu/launch-template/web-id", version: "7" },
      labels: { pool: "web" },
      taints: [{ key: "web", value: "", effect: "NO_SCHEDULE" }],
      tags,
    });
    assert.deepEqual(ignoreChanges, ["scalingConfig.desiredSize"]);
    const template = resource(recording, "eu/launch-template/web").inputs;
    const ebs = { volumeSize: 80, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" };
    assert.deepEqual(template["blockDeviceMappings"], [{ deviceName: "/dev/xvda", ebs }]);
  });

  for (const [nat, gateways, routes] of [
    ["none", [], []],
    ["single", [1], [1, 1, 1]],
    ["perZone", [1, 2, 3], [1, 2, 3]],
  ] as const) {
    it(`reaches the internet by the gateways that the document says: ${nat}`, async () => {
      const recording = await create({ vpc: { cidr: "10.0.0.0/16", nat } });
      const of = (prefix: string) => [...recording.resources.values()].filter(({ name }) => name.startsWith(prefix));
      assert.deepEqual(
        of("eu/nat-gateway/").map(({ name }) => name),
        gateways.map((zone) => `eu/nat-gateway/${zone}`),
      );
      assert.deepEqual(
        of("eu/route/private-").map(({ inputs }) => inputs["natGatewayId"]),
        routes.map((zone) => `eu/nat-gateway/${zone}-id`),
      );
    });
  }

  it("has its subnets in the zones of the region by name, and leaves them there", async () => {
    const recording = await create({ vpc: { cidr: "10.0.0.0/16", zones: 2 } });
    const { inputs, ignoreChanges } = resource(recording, "eu/subnet/private-1");
    assert.equal(inputs["availabilityZone"], "eu-a");
    assert.deepEqual(ignoreChanges, ["availabilityZone"]);
    assert.equal(resource(recording, "eu/subnet/public-2").inputs["availabilityZone"], "eu-b");
    assert.deepEqual(resource(recording, "eu/subnet/public-2").inputs["tags"], {
      "driftless.dev/environment": "dev",
      "driftless.dev/cluster": "eu",
      Name: "dev-eu-public-2",
      "kubernetes.io/role/elb": "1",
      "kubernetes.io/cluster/dev-eu": "shared",
    });
    assert.equal(recording.resources.has("eu/subnet/private-3"), false);
  });

  it("uses a network that exists as it is", async () => {
    const vpc = { id: "vpc-0a1b2c3d", subnets: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"] };
    const own = { ...group, subnets: ["subnet-0a1b2c3f"] };
    const recording = await create({ vpc, nodeGroups: { default: group, own } });
    assert.deepEqual(
      [...recording.resources.values()].filter(({ type }) => /^aws:ec2\/(?!launch)/.test(type)),
      [],
    );
    assert.deepEqual(resource(recording, "eu/node-group/default").inputs["subnetIds"], vpc.subnets);
    assert.deepEqual(resource(recording, "eu/node-group/own").inputs["subnetIds"], own.subnets);
  });

  it("carries the tags of the document on everything that can have any", async () => {
    const { resources } = await create({ ...full, tags: { team: "platform" } });
    for (const { type, name, inputs } of resources.values()) {
      if (!taggableTypes.includes(type)) continue;
      const { team, ...rest } = inputs["tags"] as Record<string, string>;
      assert.equal(team, "platform", name);
      assert.equal(rest["driftless.dev/cluster"], "eu", name);
    }
  });

  it("breaks no rule of our own, with all of them on", async () => {
    const { resources } = await create({
      ...full,
      tags: { team: "platform" },
      endpoint: { public: true, publicAccessCidrs: ["203.0.113.7/32"] },
    });
    const found = [...resources.values()].flatMap(({ type, name, inputs }) => {
      const props = JSON.parse(JSON.stringify(inputs)) as JsonObject;
      const subject = subjectOf({ type, name, urn: `urn:pulumi:dev::driftless::${type}::${name}`, props });
      if (subject === undefined || !type.startsWith("aws:")) return [];
      const settings = (rule: string) => (rule === "aws-tags-required" ? { tags: ["team"] } : {});
      return rules.flatMap((rule) =>
        rule.checkSubject(subject, settings(rule.name)).map(({ message }) => `${rule.name} ${name}: ${message}`),
      );
    });
    assert.deepEqual(found, []);
  });
});
