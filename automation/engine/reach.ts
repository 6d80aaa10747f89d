import { judgeIdentity, type Identities } from "../../core/cluster/identity.ts";
import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import { ApiServer } from "../../live/api-server.ts";
import { readIdentity } from "../../live/identity.ts";
import type { LeftOutCluster } from "./types.ts";

const timeoutMs = 5_000;

type ReachContext = KubeconfigContext & { readonly signal?: AbortSignal | undefined };

/** What clusters answered that were asked who they are. */
export interface Reached {
  /** Of those that answered and may say so. */
  readonly live: Identities;
  /** Those that did not answer. */
  readonly gone: readonly LeftOutCluster[];
}

/**
 * Asks every cluster who it is, all at once and for at most 5 seconds: the engine itself would notice a cluster that is gone
 * only after minutes, or in the middle. Those that may not say so are left out of the answer. Throws CLUSTER_UNREACHABLE
 * and KUBECONFIG_INVALID for all that fail.
 */
export async function checkReach(
  clusters: Readonly<Record<string, ClusterSpec>>,
  context: ReachContext,
): Promise<Identities> {
  const { live, gone } = await askAll(clusters, context);
  throwErrors(gone.map(({ finding }) => finding));
  return live;
}

/**
 * The same where it is enough that some answer.
 * @throws CLUSTER_UNREACHABLE if none of them answers; KUBECONFIG_INVALID and what else is wrong with any of them.
 */
export async function reachClusters(
  clusters: Readonly<Record<string, ClusterSpec>>,
  context: ReachContext,
): Promise<Reached> {
  const reached = await askAll(clusters, context);
  const names = new Set(reached.gone.map(({ cluster }) => cluster));
  const isWrong = reached.gone.some(({ finding }) => finding.code !== "CLUSTER_UNREACHABLE");
  if (isWrong || names.size === Object.keys(clusters).length) throwErrors(reached.gone.map(({ finding }) => finding));
  return reached;
}

async function askAll(clusters: Readonly<Record<string, ClusterSpec>>, context: ReachContext): Promise<Reached> {
  const live = new Map<string, string>();
  const failed = await Promise.all(
    Object.entries(clusters).map(async ([cluster, spec]): Promise<readonly LeftOutCluster[]> => {
      try {
        // Compared by whoever knows the state, which is read at the same time.
        const server = await ApiServer.open(cluster, spec, { ...context, identities: undefined });
        const uid = await readIdentity(server, timeoutMs);
        if (uid !== undefined) live.set(cluster, uid);
        return [];
      } catch (error) {
        context.signal?.throwIfAborted();
        if (error instanceof DriftlessError) return error.findings.map((finding) => ({ cluster, finding }));
        throw error;
      }
    }),
  );
  return { live, gone: failed.flat() };
}

/**
 * Throws CLUSTER_REPLACED and READ_DENIED for the clusters that are not those of last time.
 * @param accepted Names of clusters that may be others.
 * @returns The identity of each cluster from now on, those included that were not asked.
 */
export function requireSame(
  kept: Identities,
  live: Identities,
  clusters: Iterable<string>,
  accepted: ReadonlySet<string> = new Set(),
): Identities {
  const asked = [...clusters].filter((name) => !accepted.has(name));
  throwErrors(asked.flatMap((name) => judgeIdentity(name, kept.get(name), live.get(name)) ?? []));
  return new Map([...kept, ...live]);
}
