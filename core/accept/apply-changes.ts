import { hasKey } from "../drift/items.ts";
import type { Difference } from "../drift/report.ts";
import { isJsonObject, isList } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";

/** A field and what becomes of it. */
export type Change = Pick<Difference, "steps" | "kind" | "new">;

/**
 * The object with fields changed, added and removed. What leads to an added field is made where it is missing: maps, lists,
 * and items with their keys. What is removed and not there stays away.
 */
export function applyChanges<T extends JsonObject>(object: T, changes: readonly Change[]): T | JsonObject {
  const removed = changes.filter(({ kind }) => kind === "removed");
  const others = changes.filter(({ kind }) => kind === "changed" || kind === "added");
  let result: Json = object;
  for (const { steps, kind, new: value = null } of others) result = put(result, steps, value, kind === "added");
  // Places in a list count from before anything is removed.
  for (const { steps } of removed.toReversed()) result = drop(result, steps);
  return isJsonObject(result) ? result : object;
}

function put(value: Json | undefined, steps: readonly Step[], wanted: Json, isNew: boolean): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return wanted;
  if (typeof step === "string") {
    const map = isJsonObject(value) ? value : {};
    const old = Object.hasOwn(map, step) ? map[step] : undefined;
    return { ...map, [step]: put(old, rest, wanted, isNew) };
  }
  const list = isList(value) ? value : [];
  if (typeof step === "number") {
    if (isNew && rest.length === 0) return list.toSpliced(step, 0, wanted);
    const next = put(list[step], rest, wanted, isNew);
    return step < list.length ? list.with(step, next) : [...list, next];
  }
  const at = list.findIndex((item) => hasKey(item, step));
  if (at === -1) return [...list, rest.length === 0 ? wanted : put(itemOf(step), rest, wanted, isNew)];
  return list.with(at, put(list[at], rest, wanted, isNew));
}

function itemOf(key: Exclude<Step, string | number>): Json {
  return { ...key };
}

function drop(value: Json, [step, ...rest]: readonly Step[]): Json {
  if (step === undefined) return value;
  if (typeof step === "string") {
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return value;
    const { [step]: old, ...others } = value;
    return rest.length === 0 || old === undefined ? others : { ...value, [step]: drop(old, rest) };
  }
  if (!isList(value)) return value;
  const at = typeof step === "number" ? step : value.findIndex((item) => hasKey(item, step));
  const old = value[at];
  if (old === undefined) return value;
  return rest.length === 0 ? value.toSpliced(at, 1) : value.with(at, drop(old, rest));
}
