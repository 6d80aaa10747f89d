import { DriftlessError } from "../core/errors/error.ts";
import { text } from "../core/health/status.ts";
import { record } from "../core/manifest/json.ts";
import { ApiError, type ApiServer } from "./api-server.ts";

/**
 * Names of the StorageClasses whose claims get a volume only when a pod mounts them; undefined if the identity may not
 * read them, or the cluster does not answer.
 */
export async function lateStorageClasses(server: ApiServer): Promise<ReadonlySet<string> | undefined> {
  try {
    const classes = (await server.snapshot("storage.k8s.io/v1", "StorageClass", {}))?.objects ?? [];
    const late = classes.filter((item) => item["volumeBindingMode"] === "WaitForFirstConsumer");
    return new Set(late.map((item) => text(record(item["metadata"])["name"])));
  } catch (error) {
    if (error instanceof ApiError || error instanceof DriftlessError) return undefined;
    throw error;
  }
}
