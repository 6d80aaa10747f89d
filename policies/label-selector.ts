import { isJsonObject, isList, record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";

/**
 * True if a Kubernetes label selector selects what carries these labels. An empty selector selects everything, none
 * selects nothing, and one that a cluster would refuse selects nothing either.
 */
export function selects(selector: Json | undefined, labels: JsonObject): boolean {
  if (!isJsonObject(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  const wanted = Object.entries(record(matchLabels));
  if (!wanted.every(([key, value]) => labelOf(labels, key) === value)) return false;
  if (!isList(matchExpressions)) return matchExpressions === undefined || matchExpressions === null;
  return matchExpressions.every((expression) => fulfils(record(expression), labels));
}

function fulfils({ key, operator, values }: JsonObject, labels: JsonObject): boolean {
  if (typeof key !== "string" || typeof operator !== "string") return false;
  const value = labelOf(labels, key);
  const listed = isList(values) ? values : [];
  switch (operator) {
    case "In":
      return value !== undefined && listed.includes(value);
    case "NotIn":
      return listed.length > 0 && (value === undefined || !listed.includes(value));
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

function labelOf(labels: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
