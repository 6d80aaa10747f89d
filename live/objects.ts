import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { DriftlessError } from "../core/errors/error.ts";
import type { Finding } from "../core/errors/finding.ts";
import { record } from "../core/manifest/json.ts";
import type { KubernetesObject } from "../core/manifest/manifest.ts";
import { resourceName } from "../core/plan/identity.ts";
import { managedBy, ownerAnnotations } from "../core/plan/ownership.ts";
import { ApiError, ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";

/** A kind to look for, as a cluster serves it. */
export interface LiveKind {
  readonly cluster: string;
  readonly apiVersion: string;
  readonly kind: string;
}

/** What the clusters hold of an environment. */
export interface LiveObjects {
  /** By resource name. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** By cluster: why it, or one of its kinds, could not be read. Nothing is known of such a cluster. */
  readonly errors: ReadonlyMap<string, readonly Finding[]>;
}

/**
 * Reads the objects of an environment with one LIST per cluster and kind, all at once, by the label that all of them
 * carry. A cluster that cannot be read is an error of that cluster, never an empty one.
 */
export async function liveObjects(
  environment: string,
  kinds: readonly LiveKind[],
  clusters: Readonly<Record<string, ClusterSpec>>,
  context: KubeconfigContext & { readonly signal?: AbortSignal | undefined },
): Promise<LiveObjects> {
  const objects = new Map<string, KubernetesObject>();
  const errors = new Map<string, readonly Finding[]>();
  await Promise.all(
    Object.entries(clusters).map(async ([cluster, spec]) => {
      try {
        const server = await ApiServer.open(cluster, spec, context);
        const wanted = unique(kinds.filter((kind) => kind.cluster === cluster));
        const lists = await Promise.all(wanted.map((kind) => listKind(server, kind)));
        for (const object of lists.flat().filter((live) => isOf(environment, live))) {
          objects.set(resourceName(cluster, object), object);
        }
      } catch (error) {
        if (!(error instanceof DriftlessError)) throw error;
        errors.set(cluster, error.findings);
      }
    }),
  );
  return { objects, errors };
}

async function listKind(server: ApiServer, { apiVersion, kind }: LiveKind): Promise<readonly KubernetesObject[]> {
  try {
    const items = await server.list(apiVersion, kind, `${managedBy.label}=${managedBy.value}`);
    return items.filter(isKubernetesObject);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const finding: Finding = {
      code: "CLUSTER_UNREACHABLE",
      severity: "error",
      message: `The cluster "${server.cluster}" does not list ${kind} (${apiVersion}): ${error.message}.`,
      fix: "Check what the identity of the kubeconfig may read.",
    };
    throw new DriftlessError([finding], { cause: error });
  }
}

function unique(kinds: readonly LiveKind[]): readonly LiveKind[] {
  return [...new Map(kinds.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind])).values()];
}

function isOf(environment: string, object: KubernetesObject): boolean {
  return record(record(object["metadata"])["annotations"])[ownerAnnotations.environment] === environment;
}
