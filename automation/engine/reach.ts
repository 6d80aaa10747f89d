import { judgeIdentity, type Identities } from "../../core/cluster/identity.ts";
import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { ApiServer } from "../../live/api-server.ts";
import { readIdentity } from "../../live/identity.ts";

const timeoutMs = 5_000;

/**
 * Asks every cluster who it is, all at once and for at most 5 seconds: the engine itself would notice a cluster that is gone
 * only after minutes, or in the middle. Those that may not say so are left out of the answer. Throws CLUSTER_UNREACHABLE
 * and KUBECONFIG_INVALID for all that fail.
 */
export async function checkReach(
  clusters: Readonly<Record<string, ClusterSpec>>,
  context: KubeconfigContext & { readonly signal?: AbortSignal | undefined },
): Promise<Identities> {
  const identities = new Map<string, string>();
  const findings = await Promise.all(
    Object.entries(clusters).map(async ([name, spec]): Promise<readonly Finding[]> => {
      try {
        // Compared by whoever knows the state, which is read at the same time.
        const server = await ApiServer.open(name, spec, { ...context, identities: undefined });
        const uid = await readIdentity(server, timeoutMs);
        if (uid !== undefined) identities.set(name, uid);
        return [];
      } catch (error) {
        if (error instanceof DriftlessError) return error.findings;
        throw error;
      }
    }),
  );
  throwErrors(findings.flat());
  return identities;
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
