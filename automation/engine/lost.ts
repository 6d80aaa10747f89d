import { keptIdentities, type Identities } from "../../core/cluster/identity.ts";
import { parseResourceName, resourceName } from "../../core/plan/identity.ts";
import { stateResources } from "../drift/resources.ts";
import { findOwned } from "./orphans.ts";
import type { ClusterAccess } from "./foreign.ts";
import type { StateExport } from "./types.ts";

/** What is left on a cluster of what the state says is there. */
export interface ClusterRemains {
  readonly cluster: string;
  /** Its identity by the state; undefined if it was never kept. */
  readonly kept: string | undefined;
  /** The one that it has now; undefined if it may not be read. */
  readonly live: string | undefined;
  /** Objects that the state knows. */
  readonly held: number;
  /** Objects of the environment that it holds, whether or not the state knows them. */
  readonly found: number;
  /** Objects that the state knows and that it holds. */
  readonly present: number;
  /** True if the cluster itself is to be made anew: AWS does not have it any more. */
  readonly gone?: true;
}

/** Asks clusters what they still hold of an environment. Throws CLUSTER_UNREACHABLE. */
export async function clusterRemains(
  environment: string,
  state: StateExport | undefined,
  live: Identities,
  access: ClusterAccess,
): Promise<readonly ClusterRemains[]> {
  const kept = keptIdentities(state?.deployment);
  const byCluster = namesByCluster(state);
  const owned = await findOwned(environment, access);
  return [...owned].map(([cluster, { objects }]) => {
    const known = byCluster.get(cluster) ?? [];
    const found = new Set(objects.map((object) => resourceName(cluster, object)));
    return {
      cluster,
      kept: kept.get(cluster),
      live: live.get(cluster),
      held: known.length,
      found: found.size,
      present: known.filter((name) => found.has(name)).length,
    };
  });
}

/** What is left of clusters that AWS does not have: those that are `gone`, and those that are still to be made. */
export function nothingRemains(
  state: StateExport | undefined,
  absent: readonly string[],
  gone: ReadonlySet<string>,
): readonly ClusterRemains[] {
  const kept = keptIdentities(state?.deployment);
  const byCluster = namesByCluster(state);
  return absent.map((cluster) => ({
    cluster,
    kept: kept.get(cluster),
    live: undefined,
    held: byCluster.get(cluster)?.length ?? 0,
    found: 0,
    present: 0,
    ...(gone.has(cluster) ? { gone: true } : {}),
  }));
}

/** Names of the objects that a state knows. */
function namesByCluster(state: StateExport | undefined): ReadonlyMap<string, readonly string[]> {
  const names = state === undefined ? [] : stateResources(state).map((each) => each.resourceName);
  return Map.groupBy(names, (name) => parseResourceName(name)?.cluster ?? "");
}

/** True for a cluster that lost everything: it is gone or another one, or what it held is gone. */
export function isLost({ kept, live, held, present, gone }: ClusterRemains): boolean {
  if (gone === true) return true;
  if (held === 0) return false;
  return kept !== undefined && live !== undefined ? kept !== live || present === 0 : present === 0;
}
