import type { EksSpec } from "../environment/spec.ts";

/** Tags of ours, by which people and programs find what belongs to a cluster. */
export const ownTags = {
  environment: "driftless.dev/environment",
  cluster: "driftless.dev/cluster",
  /** Of node groups, whose names at AWS end in something that AWS makes up. */
  nodeGroup: "driftless.dev/node-group",
} as const;

/** The tags of everything that is made for a cluster. */
export function tagsOf(environment: string, cluster: string, spec: EksSpec): Readonly<Record<string, string>> {
  return { ...spec.tags, [ownTags.environment]: environment, [ownTags.cluster]: cluster };
}
