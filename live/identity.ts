import { record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { ApiError } from "./api-error.ts";
import type { ApiServer } from "./api-server.ts";

/** The Namespace that every cluster has from its first moment on. */
export const identityPath = "/api/v1/namespaces/kube-system";

/**
 * Which cluster this is: the UID of its Namespace kube-system. Undefined if it may not be read. It is as cheap as asking for
 * the version, and an answer to whether the cluster can be reached at all. Throws CLUSTER_UNREACHABLE and ApiError.
 */
export async function readIdentity(server: ApiServer, timeoutMs?: number): Promise<string | undefined> {
  try {
    return uidOf(record(await server.get(identityPath, {}, timeoutMs)));
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** The UID of a Namespace as the API server sent it. */
export function uidOf(namespace: JsonObject): string | undefined {
  const { uid } = record(namespace["metadata"]);
  return typeof uid === "string" && uid !== "" ? uid : undefined;
}
