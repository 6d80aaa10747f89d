import { isJsonObject } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";

/** Fields that tell the items of a list apart, such as `["containerPort", "protocol"]`. */
export type KeyFields = readonly string[];

/** Keys of lists that cannot be told from the items alone: a volume may be mounted twice under one name. */
const byField: Readonly<Record<string, readonly KeyFields[]>> = {
  volumeMounts: [["mountPath"]],
  volumeDevices: [["devicePath"]],
  ownerReferences: [["uid"]],
};

/** Keys of all other lists, the first that fits: what Kubernetes merges lists of built-in kinds by. */
const anywhere: readonly KeyFields[] = [
  ["name"],
  ["containerPort", "protocol"],
  ["port", "protocol"],
  ["ip"],
  ["topologyKey", "whenUnsatisfiable"],
  ["key"],
  ["type"],
];

/** What an item means that leaves a key field out. */
const defaults: JsonObject = { protocol: "TCP" };

/**
 * The fields by which the items of two lists are matched: every item is an object that has them all, and no two of one
 * list are alike in them. Undefined if there are none: then a place in the list is all that an item has.
 * @param field Name of the field that holds the list, if it is in one.
 */
export function keyFields(
  field: string | undefined,
  left: readonly Json[],
  right: readonly Json[],
): KeyFields | undefined {
  const known = field !== undefined && Object.hasOwn(byField, field) ? byField[field] : undefined;
  return (known ?? anywhere).find((fields) => distinct(fields, left) && distinct(fields, right));
}

/** An item's values of the key fields, undefined if it lacks one. */
export function keyOf(fields: KeyFields, item: Json): Readonly<Record<string, string | number>> | undefined {
  if (!isJsonObject(item)) return undefined;
  const values: [string, string | number][] = [];
  for (const field of fields) {
    const value = Object.hasOwn(item, field) ? item[field] : defaults[field];
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    values.push([field, value]);
  }
  return Object.fromEntries(values);
}

/** An item's key as a text that is the same for the same key. */
export function keyText(fields: KeyFields, item: Json): string | undefined {
  const key = keyOf(fields, item);
  return key === undefined ? undefined : JSON.stringify(fields.map((field) => key[field]));
}

function distinct(fields: KeyFields, list: readonly Json[]): boolean {
  const seen = new Set<string>();
  for (const item of list) {
    const key = keyText(fields, item);
    if (key === undefined || seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}
