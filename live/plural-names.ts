import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { ApiError, ApiServer } from "./api-server.ts";

/** A kind in one of its versions. */
export interface KindVersion {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The plurals by which paths name some kinds, by `<apiVersion>/<kind>`: one request for each group and version. Kinds that
 * are not served are left out. Throws KUBECONFIG_INVALID and CLUSTER_UNREACHABLE.
 */
export async function pluralNames(
  cluster: string,
  spec: ClusterSpec,
  kinds: readonly KindVersion[],
  context: KubeconfigContext & { readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<string, string>> {
  const server = await ApiServer.open(cluster, spec, context);
  const wanted = new Map(kinds.map((each) => [`${each.apiVersion}/${each.kind}`, each]));
  const found = await Promise.all(
    [...wanted].map(async ([key, { apiVersion, kind }]): Promise<readonly (readonly [string, string])[]> => {
      const plural = await server.plural(apiVersion, kind).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        return undefined;
      });
      return plural === undefined ? [] : [[key, plural]];
    }),
  );
  return new Map(found.flat());
}
