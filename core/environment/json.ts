import type { JsonObject } from "../manifest/manifest.ts";

/** The JSON of a value, without what is undefined in it. */
export function toJsonObject(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
