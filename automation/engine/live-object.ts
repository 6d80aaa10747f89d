import { record } from "../../core/manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";

/** A JSON object as a Kubernetes object, if it is one. */
export function liveObject(value: JsonObject): KubernetesObject | undefined {
  const { apiVersion, kind } = value;
  const metadata = record(value["metadata"]);
  const { name } = metadata;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string") return undefined;
  return { ...value, apiVersion, kind, metadata: { ...metadata, name } };
}
