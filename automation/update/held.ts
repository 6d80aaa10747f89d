import { applicationOf, parseResourceName } from "../../core/plan/identity.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { heldClusters } from "../../core/plan/left-out.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { PreviewResult } from "../engine/types.ts";

/**
 * A preview without what an update would not come to, because a cluster of an earlier step cannot be reached: the clusters
 * of later steps, and whatever of the application is to be deleted, which waits until all of it is up.
 */
export function withoutHeld<Result extends PreviewResult>(plan: EnvironmentPlan, result: Result): Result {
  const leftOut = new Set((result.leftOut ?? []).map(({ cluster }) => cluster));
  const held = heldClusters(plan, leftOut);
  if (held.size === 0) return result;
  const isHeld = ({ owner, cluster, action }: Pick<ObjectChange, "owner" | "cluster" | "action">): boolean => {
    const clusters = held.get(applicationOf(owner) ?? "");
    return clusters !== undefined && (clusters.has(cluster) || action === "delete" || action === "release");
  };
  const counts = { ...result.counts };
  for (const { action } of result.changes.filter(isHeld)) {
    counts[action] -= 1;
    counts.same += 1;
  }
  return {
    ...result,
    counts,
    changes: result.changes.filter((change) => !isHeld(change)),
    removals: result.removals.filter(({ change }) => !isHeld(change)),
    hooks: result.hooks.filter(
      ({ application, object }) => held.get(application)?.has(parseResourceName(object)?.cluster ?? "") !== true,
    ),
  };
}
