import { isJsonObject } from "../core/manifest/json.ts";
import type { Json, KubernetesObject } from "../core/manifest/manifest.ts";

/** The object in the inputs of a resource that the engine hands back; secrets and what else is no JSON are left out. */
export function liveObject(inputs: unknown): KubernetesObject | undefined {
  const plain = json(inputs);
  if (!isJsonObject(plain)) return undefined;
  const { apiVersion, kind, metadata } = plain;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isJsonObject(metadata)) return undefined;
  const { name } = metadata;
  return typeof name === "string" ? { ...plain, apiVersion, kind, metadata: { ...metadata, name } } : undefined;
}

/** The part of a value that is JSON: the engine marks secrets as outputs, which are not. */
function json(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map(json).filter((item) => item !== undefined);
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const members = Object.entries(value).map(([key, item]) => [key, json(item)] as const);
  return Object.fromEntries(members.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}
