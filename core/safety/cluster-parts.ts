import type { ClusterSpec, EksSpec } from "../environment/spec.ts";
import type { ObjectChange } from "../plan/change.ts";
import type { CloudResource } from "../plan/cloud.ts";

/*
 * Parts of a cluster at AWS. All of them count as deletions where they go; these take something with them, and are
 * deleted only when somebody has said so.
 */

/** What goes with a part, by its kind: how the message about it ends. */
const losses: ReadonlyMap<string, string> = new Map([
  ["Cluster.eks.aws", " with everything that runs on it"],
  ["FargateProfile.eks.aws", ", and the pods that it runs with it"],
  ["Key.kms.aws", ", and nobody could read any more what it has encrypted"],
  ["NodeGroup.eks.aws", " with its nodes, and what runs on them needs room elsewhere"],
  ["Subnet.ec2.aws", ", and whatever is in it loses its network"],
  ["Vpc.ec2.aws", ", which is the network of the whole cluster"],
]);

/** Kinds of which the new one takes over before the old one goes. */
const handsOver: ReadonlySet<string> = new Set(["NodeGroup.eks.aws"]);

/** True for a part of a cluster at AWS, false for an object of Kubernetes. */
export function isPart({ owner }: Pick<ObjectChange, "owner">): boolean {
  return owner.startsWith("cluster/");
}

/** What goes with a part of this kind; undefined if nothing does that has to be thought of. */
export function lossWith(kind: string): string | undefined {
  return losses.get(kind);
}

/** True for a part that goes only when somebody has confirmed it. */
export function asksBefore({ kind, action }: Pick<ObjectChange, "kind" | "action">): boolean {
  return losses.has(kind) && !(action === "replace" && handsOver.has(kind));
}

/** True for a cluster that the document has Driftless make. */
export function isMade(spec: ClusterSpec | undefined): spec is { readonly eks: EksSpec } & ClusterSpec {
  return spec !== undefined && "eks" in spec && !("existing" in spec.eks);
}

/** True for a node group that the document still names: if it goes, another one takes its place. */
export function namesGroup({ eks }: { readonly eks: EksSpec }, { kind, name }: CloudResource): boolean {
  return kind === "NodeGroup.eks.aws" && Object.hasOwn(eks.nodeGroups, name.slice(name.indexOf("/") + 1));
}
