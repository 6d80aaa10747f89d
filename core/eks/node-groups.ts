import type { EksSpec } from "../environment/spec.ts";

/** A managed node group as the document has it. */
export type NodeGroupSpec = EksSpec["nodeGroups"][string];
export type AmiType = NonNullable<NodeGroupSpec["amiType"]>;
export type Architecture = "x86_64" | "arm64";

/** The architecture of a type of instances: those of Graviton have a `g` behind the number of their generation. */
export function architectureOf(instanceType: string): Architecture {
  const family = instanceType.split(".")[0] ?? "";
  return /^(a1|[a-z]+\d+g[a-z]*)$/.test(family) ? "arm64" : "x86_64";
}

/** The architecture that an image is for. */
export function architectureOfAmi(amiType: AmiType): Architecture {
  return amiType.includes("ARM_64") ? "arm64" : "x86_64";
}

/** The image of a group's nodes. */
export function amiTypeOf({ amiType, instanceTypes }: NodeGroupSpec): AmiType {
  if (amiType !== undefined) return amiType;
  const arm = instanceTypes.every((type) => architectureOf(type) === "arm64");
  return arm ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}

/** A disk of a node. */
export interface DiskPlan {
  readonly device: string;
  /** GiB. Absent: as the image has it. */
  readonly size?: number;
}

/** The disks of a node: Bottlerocket keeps images and data of containers on one of their own. */
export function disksOf(group: NodeGroupSpec): readonly DiskPlan[] {
  const root = "/dev/xvda";
  if (amiTypeOf(group).startsWith("BOTTLEROCKET")) return [{ device: root }, { device: "/dev/xvdb", size: group.disk }];
  return [{ device: root, size: group.disk }];
}
