import { isJsonObject, isList, record, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { parseJson } from "../manifest/parse-json.ts";
import type { Step } from "../plan/path.ts";
import { stepInto } from "./items.ts";
import type { FieldManager } from "./report.ts";

/** One entry of an object's `metadata.managedFields`. */
export interface ManagedFields extends FieldManager {
  /** The fields, in the form `FieldsV1`. */
  readonly fields: JsonObject;
}

/** Who holds which fields of a live object; an entry that is in a form of its own says nothing. */
export function managedFields(live: KubernetesObject): readonly ManagedFields[] {
  const entries = live.metadata["managedFields"];
  return (isList(entries) ? entries : []).map(record).flatMap((entry): readonly ManagedFields[] => {
    const { manager, operation, time, subresource, fieldsType, fieldsV1 } = entry;
    if (fieldsType !== "FieldsV1" || !isJsonObject(fieldsV1)) return [];
    if (typeof manager !== "string" || (operation !== "Apply" && operation !== "Update")) return [];
    return [
      {
        manager,
        operation,
        ...(typeof time === "string" ? { time } : {}),
        ...(typeof subresource === "string" && subresource !== "" ? { subresource } : {}),
        fields: fieldsV1,
      },
    ];
  });
}

/** Who holds a field of a live object that is there: the one who wrote last comes first. */
export function holdersOf(
  entries: readonly ManagedFields[],
  live: JsonObject,
  steps: readonly Step[],
): readonly FieldManager[] {
  return entries
    .filter(({ fields }) => holds(fields, live, steps))
    .map(({ manager, operation, time, subresource }) => ({
      manager,
      operation,
      ...(time === undefined ? {} : { time }),
      ...(subresource === undefined ? {} : { subresource }),
    }))
    .sort((left, right) => compareTimes(right.time, left.time));
}

function compareTimes(left = "", right = ""): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * True if a set of fields has this one in it. A node without children is a field, or a list or map that is held as a
 * whole; `.` among the children is the map or the item itself, without what is in it.
 */
function holds(fields: JsonObject, live: JsonObject, steps: readonly Step[]): boolean {
  let [node, value]: [JsonObject, Json | undefined] = [fields, live];
  for (const [depth, step] of steps.entries()) {
    if (depth > 0 && Object.keys(node).length === 0) return true;
    const found = stepInto(value, step);
    const child = childOf(node, step, found?.value, found?.place);
    if (child === undefined) return false;
    [node, value] = [child, found?.value];
  }
  return true;
}

function childOf(node: JsonObject, step: Step, value: Json | undefined, place?: number): JsonObject | undefined {
  if (typeof step === "string") return objectAt(node, `f:${step}`);
  if (value === undefined) return undefined;
  const name = Object.keys(node).find((each) => meansItem(each, value, place));
  return name === undefined ? undefined : objectAt(node, name);
}

function objectAt(node: JsonObject, name: string): JsonObject | undefined {
  return Object.hasOwn(node, name) ? record(node[name]) : undefined;
}

/** `k:{"name":"web"}` has the fields of an item that are its key, `v:"a"` is the item itself, `i:0` its place. */
function meansItem(name: string, item: Json, place: number | undefined): boolean {
  const text = name.slice(2);
  if (name.startsWith("v:")) return sameJson(parseJson(text), item);
  if (name.startsWith("i:")) return text === String(place);
  if (!name.startsWith("k:") || !isJsonObject(item)) return false;
  const key = parseJson(text);
  return isJsonObject(key) && Object.entries(key).every(([field, value]) => sameJson(value, item[field]));
}
