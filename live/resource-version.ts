import type { JsonObject } from "../core/manifest/manifest.ts";
import { record } from "../core/manifest/json.ts";

/** `metadata.resourceVersion`, or the empty string. */
export function versionOf(object: JsonObject): string {
  const version = record(object["metadata"])["resourceVersion"];
  return typeof version === "string" ? version : "";
}

/**
 * True if `version` is known to be `other` or later. Versions of one kind are whole numbers that grow; of an API
 * server that uses anything else, only equal ones can be told.
 */
export function isAtLeast(version: string, other: string): boolean {
  if (version === other) return version !== "";
  if (!isNumber(version) || !isNumber(other)) return false;
  return version.length === other.length ? version > other : version.length > other.length;
}

/** True if `version` is known to be older than `other`. */
export function isOlder(version: string, other: string): boolean {
  return isNumber(version) && isNumber(other) && !isAtLeast(version, other);
}

const isNumber = (version: string): boolean => /^[1-9]\d*$/.test(version);
