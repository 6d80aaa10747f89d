import type { EKSClient } from "@aws-sdk/client-eks";
import type { EksTarget } from "../../core/eks/address.ts";
import { ownTags } from "../../core/eks/tags.ts";
import type { RunningEks } from "../../core/eks/upgrade.ts";
import { eksClient, type AwsEnv } from "./client.ts";
import { describeCluster } from "./describe.ts";
import { awsFailure } from "./failure.ts";

/**
 * Asks AWS which versions run in a cluster; undefined if there is none. A node group counts under the name that its tag says:
 * those without one are not ours.
 * @param cluster Its name in the environment, for messages.
 * @throws {DriftlessError} AWS_CREDENTIALS, AWS_DENIED, CLUSTER_UNREACHABLE.
 */
export async function runningVersions(
  cluster: string,
  target: EksTarget,
  env: AwsEnv,
): Promise<RunningEks | undefined> {
  const found = await describeCluster(cluster, target, env);
  if (found === undefined) return undefined;
  const client = await eksClient(target.region, env);
  try {
    const [nodeGroups, addons] = await Promise.all([nodeGroupsOf(client, target), addonsOf(client, target)]);
    return { version: found.version, nodeGroups, addons };
  } catch (error) {
    throw awsFailure(cluster, target, error);
  } finally {
    client.destroy();
  }
}

async function nodeGroupsOf(client: EKSClient, { name }: EksTarget): Promise<ReadonlyMap<string, string>> {
  const { DescribeNodegroupCommand, paginateListNodegroups } = await import("@aws-sdk/client-eks");
  const versions = new Map<string, string>();
  for await (const { nodegroups = [] } of paginateListNodegroups({ client }, { clusterName: name })) {
    const described = nodegroups.map((nodegroupName) =>
      client.send(new DescribeNodegroupCommand({ clusterName: name, nodegroupName })),
    );
    for (const { nodegroup } of await Promise.all(described)) {
      const [own, version] = [nodegroup?.tags?.[ownTags.nodeGroup], nodegroup?.version];
      if (own !== undefined && version !== undefined) versions.set(own, version);
    }
  }
  return versions;
}

async function addonsOf(client: EKSClient, { name }: EksTarget): Promise<ReadonlyMap<string, string>> {
  const { DescribeAddonCommand, paginateListAddons } = await import("@aws-sdk/client-eks");
  const versions = new Map<string, string>();
  for await (const { addons = [] } of paginateListAddons({ client }, { clusterName: name })) {
    const described = addons.map((addonName) =>
      client.send(new DescribeAddonCommand({ clusterName: name, addonName })),
    );
    for (const { addon } of await Promise.all(described)) {
      if (addon?.addonName !== undefined && addon.addonVersion !== undefined) {
        versions.set(addon.addonName, addon.addonVersion);
      }
    }
  }
  return versions;
}
