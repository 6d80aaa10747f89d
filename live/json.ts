import { record } from "../core/manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../core/manifest/manifest.ts";

/** True if this is an object as every cluster holds them: with a kind and a name. */
export function isKubernetesObject(value: JsonObject): value is KubernetesObject {
  const { apiVersion, kind, metadata } = value;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof record(metadata)["name"] === "string";
}

/** A list of JSON objects; whatever else it holds is left out. */
export function objectsOf(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? (list as readonly Json[]).map(record) : [];
}
