import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { isList, record } from "../../core/manifest/json.ts";
import { kindGroup, type KubernetesObject } from "../../core/manifest/manifest.ts";
import { claims } from "../../core/plan/owned.ts";
import type { Session } from "../session.ts";

/** Everything in the namespaces of a tenant on one cluster. */
export interface TenantContents {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  /** What nobody else makes again: no pods, no slices, nothing that every namespace has. */
  readonly objects: readonly KubernetesObject[];
  /** Kinds of which nothing is known. */
  readonly unlisted: readonly string[];
}

/**
 * Reads what is in the namespaces of a tenant on each of its clusters, whoever made it.
 * @throws {DriftlessError} CLUSTER_UNREACHABLE, READ_DENIED: what cannot be seen is not thrown away.
 */
export async function tenantContents(
  { project, io }: Session,
  { clusters, tenants }: EnvironmentSpec,
  tenant: string,
): Promise<readonly TenantContents[]> {
  const { ApiServer, ApiError } = await import("../../live/api-server.ts");
  const { namespaceContents } = await import("../../live/namespace-contents.ts");
  const spec = tenants[tenant];
  return Promise.all(
    (spec?.clusters ?? []).map(async (cluster) => {
      const description = clusters[cluster];
      if (description === undefined) throw new RangeError(`cluster ${cluster} is not in the environment`);
      const namespaces = spec?.namespaces ?? [];
      try {
        const server = await ApiServer.open(cluster, description, { project, env: io.env, signal: io.signal });
        const { objects, unlisted } = await namespaceContents(server, namespaces);
        return { cluster, namespaces, objects: objects.filter(isLasting), unlisted };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const message = `The cluster "${cluster}" does not say what is in ${namespaces.join(", ")}: ${error.message}.`;
        const fix = "Check what the identity of the kubeconfig may read.";
        throw failure("READ_DENIED", message, fix, { cause: error });
      }
    }),
  );
}

/** What every namespace gets by itself. */
const usual = ["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"];

function isLasting(object: KubernetesObject): boolean {
  const { ownerReferences, name } = object.metadata;
  const controlled = isList(ownerReferences) && ownerReferences.some((each) => record(each)["controller"] === true);
  return !controlled && object.kind !== "Endpoints" && !usual.includes(`${kindGroup(object)}/${name}`);
}

/** True for what no run of the environment has made, and what its document and its source do not bring back. */
export function isForeign(environment: string, object: KubernetesObject): boolean {
  return !claims(environment, object);
}
