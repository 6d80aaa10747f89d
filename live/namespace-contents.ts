import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";
import { resourceName } from "../core/plan/identity.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";
import { neverOurs } from "./owned.ts";

/** Everything in some namespaces of one cluster. */
export interface NamespaceContents {
  /** In full, by kind, namespace and name; events left out. */
  readonly objects: readonly KubernetesObject[];
  /** `Kind.group` of kinds that could not be listed: of those nothing is known. */
  readonly unlisted: readonly string[];
}

/**
 * Reads everything in namespaces, whoever made it: one LIST for each kind and namespace.
 * @throws {DriftlessError} CLUSTER_UNREACHABLE. {ApiError}
 */
export async function namespaceContents(server: ApiServer, namespaces: readonly string[]): Promise<NamespaceContents> {
  const kinds = await server.kinds();
  if (kinds === undefined) return { objects: [], unlisted: ["every kind"] };
  const lists = await Promise.all(
    kinds
      .filter((kind) => !neverOurs.has(kindGroup(kind)))
      .flatMap((kind) => namespaces.map((namespace) => list(server, kind, namespace))),
  );
  const found = new Map(lists.flatMap(({ objects }) => objects).map((object) => [object.metadata["uid"], object]));
  return {
    objects: [...found.values()].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)),
    unlisted: [...new Set(lists.flatMap(({ unlisted }) => unlisted))].sort(),
  };
}

async function list(
  server: ApiServer,
  kind: { readonly apiVersion: string; readonly kind: string },
  namespace: string,
): Promise<NamespaceContents> {
  try {
    const found = await server.snapshot(kind.apiVersion, kind.kind, { namespace });
    // A kind of the whole cluster is listed as a whole.
    const inside = (found?.objects ?? [])
      .filter(isKubernetesObject)
      .filter((each) => each.metadata["namespace"] === namespace);
    return { objects: inside, unlisted: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { objects: [], unlisted: [kindGroup(kind)] };
  }
}

function keyOf(object: KubernetesObject): string {
  return resourceName("", object);
}
