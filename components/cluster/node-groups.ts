import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import type { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import type { Output, Resource } from "@pulumi/pulumi";
import { groupNamePrefix, nodeRoleName, templateName } from "../../core/eks/names.ts";
import { instanceService } from "../../core/eks/partition.ts";
import type { NodeGroupPlan } from "../../core/eks/plan.ts";
import type { Network } from "./network.ts";
import { createRole } from "./roles.ts";
import type { EksScope } from "./scope.ts";

const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];
const effects = { NoSchedule: "NO_SCHEDULE", PreferNoSchedule: "PREFER_NO_SCHEDULE", NoExecute: "NO_EXECUTE" } as const;
const capacities = { "on-demand": "ON_DEMAND", spot: "SPOT" } as const;

/**
 * Creates the managed node groups of a cluster, with one role for all and a launch template for each.
 * @param after Add-ons without which no node becomes ready.
 */
export function createNodeGroups(
  scope: EksScope,
  cluster: EksCluster,
  network: Network,
  after: readonly Resource[],
): readonly Resource[] {
  const { plan } = scope;
  if (plan.nodeGroups.length === 0) return [];
  const service = instanceService(plan.region);
  const role = createRole(scope, { key: "nodes", name: nodeRoleName(plan.name), service, policies });
  return plan.nodeGroups.map((group) =>
    createGroup(scope, group, {
      ...{ cluster, network, roleArn: role.arn },
      after: [...after, ...role.attachments, ...network.ready],
    }),
  );
}

interface Surroundings {
  readonly cluster: EksCluster;
  readonly network: Network;
  readonly roleArn: Output<string>;
  readonly after: readonly Resource[];
}

function createGroup(
  scope: EksScope,
  group: NodeGroupPlan,
  { cluster, network, roleArn, after }: Surroundings,
): NodeGroup {
  const { options } = scope;
  const template = createTemplate(scope, group);
  return new NodeGroup(
    scope.name(`node-group/${group.name}`),
    {
      clusterName: cluster.name,
      // One that replaces another is there first, and takes its pods over.
      nodeGroupNamePrefix: groupNamePrefix(group.name),
      nodeRoleArn: roleArn,
      subnetIds: [...(group.subnets ?? network.subnetIds)],
      version: group.version,
      amiType: group.amiType,
      capacityType: capacities[group.capacity],
      instanceTypes: [...group.instanceTypes],
      scalingConfig: { minSize: group.min, maxSize: group.max, desiredSize: group.desired },
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      labels: { ...group.labels },
      taints: group.taints.map(({ key, value, effect }) => ({ key, value, effect: effects[effect] })),
      tags: { ...group.tags },
    },
    // How many there are is up to whoever scales the group.
    { ...options, dependsOn: [...after], ignoreChanges: ["scalingConfig.desiredSize"] },
  );
}

function createTemplate(scope: EksScope, group: NodeGroupPlan): LaunchTemplate {
  const { plan, options } = scope;
  const tags = { ...group.tags, Name: `${plan.name}-${group.name}` };
  return new LaunchTemplate(
    scope.name(`launch-template/${group.name}`),
    {
      name: templateName(plan.name, group.name),
      updateDefaultVersion: true,
      // Pods are one hop further away than the node: they get their own roles, not the node's.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: group.disks.map(({ device, size }) => ({
        deviceName: device,
        ebs: {
          ...(size === undefined ? {} : { volumeSize: size }),
          ...{ volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
        },
      })),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      tags: { ...group.tags },
    },
    options,
  );
}
