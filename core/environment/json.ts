import type { Json } from "../manifest/manifest.ts";

/** A JSON map. */
export type JsonMap = { readonly [key: string]: Json };

/** True for a map, false for a list or a scalar. */
export function isJsonMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. */
export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The JSON of a value, without what is undefined in it. */
export function toJsonMap(value: object): JsonMap {
  return JSON.parse(JSON.stringify(value)) as JsonMap;
}
