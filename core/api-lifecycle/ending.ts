import { minorOf } from "../cluster/minor.ts";
import { lifecycleOf } from "./lifecycle.ts";

/** An API version that objects are of and that a newer Kubernetes does not serve any more. */
export interface EndingApi {
  readonly apiVersion: string;
  readonly kind: string;
  /** The first minor version that does not serve it, such as `1.25`. */
  readonly removed: string;
  /** What takes its place: `policy/v1/PodDisruptionBudget`. */
  readonly replacement?: string | undefined;
  /** How many objects are of it. */
  readonly objects: number;
}

/**
 * API versions that end with a Kubernetes newer than the one that runs, the next to go first. Built-in kinds only, and only
 * as far as `newestKnown` knows.
 * @param version of the cluster, such as `1.36.3`
 */
export function endingApis(
  objects: Iterable<{ readonly apiVersion: string; readonly kind: string }>,
  version: string,
): readonly EndingApi[] {
  const running = minorOf(version);
  if (running === undefined) return [];
  const counts = new Map<string, EndingApi>();
  for (const { apiVersion, kind } of objects) {
    const { removed, replacement } = lifecycleOf(apiVersion, kind) ?? {};
    if (removed === undefined || (minorOf(removed) ?? 0) <= running) continue;
    const key = `${apiVersion}/${kind}`;
    counts.set(key, { apiVersion, kind, removed, replacement, objects: (counts.get(key)?.objects ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => (minorOf(one.removed) ?? 0) - (minorOf(other.removed) ?? 0));
}
