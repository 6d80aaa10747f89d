import type { EksSpec } from "../../environment/spec.ts";
import { quote } from "../../errors/quote.ts";
import { addonsOf } from "../addons.ts";
import { groupNamePrefix, longestGroupNamePrefix } from "../names.ts";
import { amiTypeOf, architectureOf, architectureOfAmi, type NodeGroupSpec } from "../node-groups.ts";
import type { Fault } from "./fault.ts";

/** Node groups that AWS would refuse, or whose nodes would never join; and a cluster that has nowhere to run pods. */
export function checkNodes(spec: EksSpec): readonly Fault[] {
  const { nodeGroups, fargateProfiles, vpc } = spec;
  const own = { ...subnetUsers("nodeGroups", nodeGroups), ...subnetUsers("fargateProfiles", fargateProfiles) };
  const foreign = Object.values(own).map((path): Fault => {
    const message = "Ids of subnets are named, but the VPC and its subnets are to be made.";
    return { path, message, fix: "Remove them: nodes go to the private subnets that are made." };
  });
  return [
    ...Object.entries(nodeGroups).flatMap(([name, group]) => checkGroup(name, group)),
    ...("id" in vpc ? [] : foreign),
    ...checkSomewhere(spec),
  ];
}

function subnetUsers(
  key: string,
  users: Readonly<Record<string, { readonly subnets?: readonly string[] | undefined }>>,
): Readonly<Record<string, readonly string[]>> {
  const named = Object.keys(users).filter((name) => users[name]?.subnets !== undefined);
  return Object.fromEntries(named.map((name) => [`${key}/${name}`, [key, name, "subnets"]]));
}

function checkGroup(name: string, group: NodeGroupSpec): readonly Fault[] {
  const path = ["nodeGroups", name];
  const { min, max, desired = min } = group;
  const excess = groupNamePrefix(name).length - longestGroupNamePrefix;
  const faults: Fault[] = [];
  if (excess > 0) {
    const message = `The name of the node group ${quote(name)} is ${excess} characters too long for AWS.`;
    faults.push({ path, message, fix: `Shorten it to ${longestGroupNamePrefix - 1} characters.` });
  }
  if (min > max) {
    const message = `The node group ${quote(name)} is to have at least ${min} nodes and at most ${max}.`;
    faults.push({ path: [...path, "min"], message, fix: "Make `max` as large as `min`, or larger." });
  } else if (desired < min || desired > max) {
    const message = `The node group ${quote(name)} is to begin with ${desired} nodes, outside of ${min} to ${max}.`;
    faults.push({ path: [...path, "desired"], message, fix: `Choose from ${min} to ${max}.` });
  }
  return [...faults, ...checkArchitecture(name, group), ...checkLabels(name, group), ...checkTaints(name, group)];
}

function checkArchitecture(name: string, group: NodeGroupSpec): readonly Fault[] {
  const ami = architectureOfAmi(amiTypeOf(group));
  const odd = group.instanceTypes.findIndex((type) => architectureOf(type) !== ami);
  const type = group.instanceTypes[odd];
  if (type === undefined) return [];
  const message = `${quote(type)} is a type of ${architectureOf(type)} instances, and the image of the node group ${quote(name)} is for ${ami}.`;
  const fix = "Give each architecture a node group of its own, and leave `amiType` to its default.";
  return [{ path: ["nodeGroups", name, "instanceTypes", odd], message, fix }];
}

/** Labels in domains of Kubernetes that a node may give itself: with any other the kubelet does not start. */
const nodeLabels =
  /^([a-z0-9.-]*\.)?(node|kubelet)\.kubernetes\.io\/|^(kubernetes\.io\/(hostname|arch|os)|topology\.kubernetes\.io\/(region|zone))$/;

function checkLabels(name: string, { labels }: NodeGroupSpec): readonly Fault[] {
  return Object.keys(labels)
    .filter((key) => {
      const domain = /^(.*)\//.exec(key)?.[1] ?? "";
      return domain === "eks.amazonaws.com" || (/(^|\.)(kubernetes|k8s)\.io$/.test(domain) && !nodeLabels.test(key));
    })
    .map((key) => ({
      path: ["nodeGroups", name, "labels", key],
      message: `The label ${quote(key)} is not one that a node may give itself.`,
      fix: "Use a domain of your own, or `node.kubernetes.io`.",
    }));
}

function checkTaints(name: string, { taints }: NodeGroupSpec): readonly Fault[] {
  const seen = new Set<string>();
  return taints.flatMap(({ key, effect }, index) => {
    const known = seen.has(`${key}:${effect}`);
    seen.add(`${key}:${effect}`);
    if (!known) return [];
    const message = `The node group ${quote(name)} has the taint ${quote(key)} with the effect ${effect} twice.`;
    return [{ path: ["nodeGroups", name, "taints", index], message, fix: "Remove one." }];
  });
}

/** EKS calls a Deployment of an add-on degraded until it runs: the first update would wait for that in vain. */
function checkSomewhere(spec: EksSpec): readonly Fault[] {
  const { nodeGroups, fargateProfiles } = spec;
  const grows = Object.values(nodeGroups).some(({ min, desired = min }) => desired > 0);
  const waiting = addonsOf(spec).filter(({ beforeNodes }) => !beforeNodes);
  if (grows || Object.keys(fargateProfiles).length > 0 || waiting.length === 0) return [];
  const names = waiting.map(({ name }) => name).join(", ");
  const what = Object.keys(nodeGroups).length === 0 ? "no node group and no Fargate profile" : "no node to begin with";
  const message = `The cluster has ${what}, and these add-ons need one: ${names}.`;
  const fix = "Add a node group with a node, a Fargate profile, or `enabled: false` to these add-ons.";
  return [{ path: ["nodeGroups"], message, fix }];
}
