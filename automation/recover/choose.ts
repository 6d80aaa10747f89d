import { failure } from "../../core/errors/error.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { isLost, type ClusterRemains } from "../engine/lost.ts";

/** Which clusters a recovery is about. */
export interface Chosen {
  /** Lost: what the state says of them is to be forgotten. */
  readonly lost: readonly ClusterRemains[];
  /** Those, and the ones of which an earlier recovery that did not end has forgotten something. */
  readonly rebuilt: ReadonlySet<string>;
}

/**
 * Finds the clusters that are lost.
 * @param ask.named Clusters that somebody asked for: each has to be lost, or whole. None: all that are lost.
 * @param ask.unfinished Whether the last run did not do all that it was to do: it may have been a recovery.
 * @throws {DriftlessError} CLUSTER_NOT_LOST for one that still holds some of what it held: that is drift.
 */
export function chooseLost(
  plan: EnvironmentPlan,
  remains: readonly ClusterRemains[],
  { named, unfinished }: { readonly named: ReadonlySet<string>; readonly unfinished: boolean },
): Chosen {
  const planned = Map.groupBy(
    [...plan.tenants, ...plan.applications].flatMap((owner) => owner.objects),
    ({ cluster }) => cluster,
  );
  const lost = remains.filter(isLost);
  for (const each of remains) {
    if (isLost(each) || !named.has(each.cluster) || each.present === each.held) continue;
    throw notLost(plan.environment, each);
  }
  // What a recovery has not come to yet is in no state; what a new commit adds is not either, and is no business of it.
  const behind = remains.filter(({ cluster, held }) => {
    if (lost.some((each) => each.cluster === cluster) || held >= (planned.get(cluster)?.length ?? 0)) return false;
    return unfinished || held === 0 || named.has(cluster);
  });
  return { lost, rebuilt: new Set([...lost, ...behind].map(({ cluster }) => cluster)) };
}

function notLost(environment: string, { cluster, held, present }: ClusterRemains): Error {
  return failure(
    "CLUSTER_NOT_LOST",
    `The cluster "${cluster}" is the one of last time and still holds ${present} of ${held} objects: it is not lost.`,
    `See what is missing: driftless drift ${environment}; put it back: driftless up ${environment} --heal.`,
  );
}
