import { Output } from "@pulumi/pulumi";
import { isJsonObject } from "../core/manifest/json.ts";
import type { Json, KubernetesObject } from "../core/manifest/manifest.ts";

/** The object in the inputs of a resource that the engine hands back; what is no JSON, such as secrets, is left out. */
export function liveObject(inputs: unknown): KubernetesObject | undefined {
  const plain = json(inputs);
  if (!isJsonObject(plain)) return undefined;
  const { apiVersion, kind, metadata } = plain;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isJsonObject(metadata)) return undefined;
  const { name } = metadata;
  return typeof name === "string" ? { ...plain, apiVersion, kind, metadata: { ...metadata, name } } : undefined;
}

/** A value that the engine hands back with its secrets in the clear: for what goes to a cluster, and nowhere else. */
export async function engineJson(value: unknown): Promise<Json | undefined> {
  // Secrets come as outputs.
  if (Output.isInstance<unknown>(value)) {
    return new Promise((resolve) => value.apply((inner) => engineJson(inner).then(resolve)));
  }
  if (Array.isArray(value)) return (await Promise.all(value.map(engineJson))).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return json(value);
  const entries = Object.entries(value).map(async ([key, item]) => [key, await engineJson(item)] as const);
  return present(await Promise.all(entries));
}

/** The members of an object; none of anything else. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function json(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map(json).filter((item) => item !== undefined);
  if (typeof value !== "object" || Output.isInstance(value)) return undefined;
  return present(Object.entries(value).map(([key, item]) => [key, json(item)] as const));
}

function present(entries: readonly (readonly [string, Json | undefined])[]): Json {
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}
