import { chosenClusters, isMatch, type ClusterChoice, type LabelledClusters } from "./cluster-choice.ts";
import { durationSeconds } from "./duration.ts";

/** A step of a rollout as the document writes it. */
export interface RolloutStep {
  readonly clusters: ClusterChoice;
  readonly maxUnavailable?: number | string | undefined;
  readonly pause?: string | undefined;
}

/** Clusters that are worked on at the same time, once everything before them is healthy. */
export interface Batch {
  /** Number of its step in the document, from 1. */
  readonly step: number;
  readonly clusters: readonly string[];
  /** Seconds for which everything must stay healthy before the next batch begins. Only at the end of a step; default: 0. */
  readonly pauseSeconds?: number;
}

/**
 * The batches in which the clusters of an application are updated: each step, cut into as many as may be worked on at
 * once. A cluster is in the first step that chooses it. Clusters that are named go in that order, others by name.
 * @param own The clusters of the application.
 */
export function batchesOf(
  steps: readonly RolloutStep[],
  clusters: LabelledClusters,
  own: readonly string[],
): readonly Batch[] {
  const taken = new Set<string>();
  return steps.flatMap(({ clusters: choice, maxUnavailable, pause }, at): readonly Batch[] => {
    const names = chosen(choice, clusters, own).filter((name) => !taken.has(name));
    for (const name of names) taken.add(name);
    const size = atOnce(maxUnavailable, names.length);
    const batches = Array.from({ length: Math.ceil(names.length / size) }, (_, index): Batch => ({
      step: at + 1,
      clusters: names.slice(index * size, (index + 1) * size),
    }));
    const last = batches.at(-1);
    if (last === undefined || pause === undefined) return batches;
    return [...batches.slice(0, -1), { ...last, pauseSeconds: durationSeconds(pause) }];
  });
}

/** Clusters of an application that no step of its rollout has; none where there are no steps. */
export function leftOver(
  steps: readonly RolloutStep[],
  clusters: LabelledClusters,
  own: readonly string[],
): readonly string[] {
  if (steps.length === 0) return [];
  const taken = new Set(batchesOf(steps, clusters, own).flatMap((batch) => batch.clusters));
  return own.filter((name) => !taken.has(name));
}

function chosen(choice: ClusterChoice, clusters: LabelledClusters, own: readonly string[]): readonly string[] {
  const names = chosenClusters(choice, clusters, own).filter((name) => own.includes(name));
  return isMatch(choice) ? names.toSorted() : names;
}

function atOnce(limit: number | string | undefined, count: number): number {
  if (limit === undefined) return Math.max(count, 1);
  const most = typeof limit === "number" ? limit : Math.floor((Number.parseInt(limit, 10) * count) / 100);
  return Math.max(most, 1);
}
