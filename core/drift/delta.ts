import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { keyFields, keyText } from "./list-keys.ts";

/**
 * What has to be done to one value to make it another:
 * - `set`: it is this value;
 * - `keys`, `without`: these of its keys are changed or added, and these are gone; the others stay;
 * - `items`: it is a list of these.
 */
export type Delta =
  | { readonly set: Json }
  | { readonly keys?: Readonly<Record<string, Delta>>; readonly without?: readonly string[] }
  | { readonly items: readonly Item[] };

/** An item of the new list: one of the old by its place (from 0), one of the old that was changed, or a new one. */
export type Item = number | readonly [number, Delta] | { readonly set: Json };

/** What `target` has beyond, without, or other than `base`; undefined if they are the same. Linear in their size. */
export function subtract(target: Json, base: Json | undefined): Delta | undefined {
  return difference(target, base, undefined);
}

/**
 * The value that a delta makes of `base`: `add(base, subtract(target, base))` is `target`.
 * @throws RangeError if the delta was made for another value: a list or an object that it needs is not there.
 */
export function add(base: Json | undefined, delta: Delta | undefined): Json | undefined {
  if (delta === undefined) return base;
  if ("set" in delta) return delta.set;
  if ("items" in delta) return delta.items.map((item) => addItem(isList(base) ? base : [], item));
  if (!isJsonObject(base)) throw unfit();
  const gone = new Set(delta.without);
  const changes = new Map(Object.entries(delta.keys ?? {}));
  const kept = Object.entries(base).filter(([key]) => !gone.has(key) && !changes.has(key));
  const made = [...changes].flatMap(([key, change]): readonly (readonly [string, Json])[] => {
    const value = add(Object.hasOwn(base, key) ? base[key] : undefined, change);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries([...kept, ...made]);
}

function addItem(base: readonly Json[], item: Item): Json {
  if (typeof item === "object" && "set" in item) return item.set;
  const [place, change] = typeof item === "number" ? [item, undefined] : item;
  const value = add(base[place], change);
  if (value === undefined) throw unfit();
  return value;
}

function unfit(): RangeError {
  return new RangeError("a delta was added to another value than it was made for");
}

function difference(target: Json, base: Json | undefined, field: string | undefined): Delta | undefined {
  if (isJsonObject(target) && isJsonObject(base)) return objectDifference(target, base);
  if (isList(target) && isList(base)) return listDifference(target, base, field);
  return sameJson(target, base) ? undefined : { set: target };
}

function objectDifference(target: JsonObject, base: JsonObject): Delta | undefined {
  const keys = Object.entries(target).flatMap(([key, value]): readonly (readonly [string, Delta])[] => {
    const change = difference(value, Object.hasOwn(base, key) ? base[key] : undefined, key);
    return change === undefined ? [] : [[key, change]];
  });
  const without = Object.keys(base).filter((key) => !Object.hasOwn(target, key));
  if (keys.length === 0 && without.length === 0) return undefined;
  return {
    ...(keys.length === 0 ? {} : { keys: Object.fromEntries(keys) }),
    ...(without.length === 0 ? {} : { without }),
  };
}

function listDifference(target: readonly Json[], base: readonly Json[], field: string | undefined): Delta | undefined {
  const placeOf = matcher(target, base, field);
  const items = target.map((value, at): Item => {
    const place = placeOf(value, at);
    const old = place === undefined ? undefined : base[place];
    if (place === undefined || old === undefined) return { set: value };
    const change = difference(value, old, undefined);
    if (change === undefined) return place;
    return "set" in change ? change : [place, change];
  });
  const same = items.length === base.length && items.every((item, at) => item === at);
  return same ? undefined : { items };
}

/** Which item of the old list an item of the new one comes from. */
function matcher(
  target: readonly Json[],
  base: readonly Json[],
  field: string | undefined,
): (item: Json, at: number) => number | undefined {
  const fields = keyFields(field, target, base);
  if (fields === undefined) return (_item, at) => (at < base.length ? at : undefined);
  const places = new Map(base.map((item, at) => [keyText(fields, item), at]));
  return (item) => places.get(keyText(fields, item));
}
