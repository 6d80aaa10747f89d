import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { ApiServer } from "../../live/api-server.ts";

const timeoutMs = 5_000;

/**
 * Asks every cluster for its version, all at once and for at most 5 seconds: the engine itself would notice a cluster
 * that is gone only after minutes, or in the middle. Throws CLUSTER_UNREACHABLE and KUBECONFIG_INVALID for all that fail.
 */
export async function checkReach(
  clusters: Readonly<Record<string, ClusterSpec>>,
  context: KubeconfigContext & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const findings = await Promise.all(
    Object.entries(clusters).map(async ([name, spec]): Promise<readonly Finding[]> => {
      try {
        const server = await ApiServer.open(name, spec, context);
        await server.get("/version", {}, timeoutMs);
        return [];
      } catch (error) {
        if (error instanceof DriftlessError) return error.findings;
        throw error;
      }
    }),
  );
  throwErrors(findings.flat());
}
