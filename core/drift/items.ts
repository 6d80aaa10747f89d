import { isJsonObject, isList } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { ItemKey, Step } from "../plan/path.ts";
import { keyFields, keyOf } from "./list-keys.ts";

/** A field, or an item of a list, as it stands in an object. */
export interface Found {
  readonly value: Json;
  /** Its place, if it is the item of a list. */
  readonly place?: number;
}

/** What a step leads to, undefined if there is nothing. */
export function stepInto(value: Json | undefined, step: Step): Found | undefined {
  if (typeof step === "string") {
    const found = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    return found === undefined ? undefined : { value: found };
  }
  if (!isList(value)) return undefined;
  const place = typeof step === "number" ? step : value.findIndex((item) => hasKey(item, step));
  const item = value[place];
  return item === undefined ? undefined : { value: item, place };
}

/** The value that steps lead to, undefined if there is none. */
export function valueAt(object: JsonObject, steps: readonly Step[]): Json | undefined {
  let value: Json | undefined = object;
  for (const step of steps) value = stepInto(value, step)?.value;
  return value;
}

/** The value with another one at the end of some steps; undefined takes it away. What leads nowhere changes nothing. */
export function setAt(value: Json | undefined, steps: readonly Step[], wanted: Json | undefined): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return wanted;
  if (typeof step === "string") {
    if (!isJsonObject(value)) return value;
    const next = setAt(Object.hasOwn(value, step) ? value[step] : undefined, rest, wanted);
    const others = Object.entries(value).filter(([key]) => key !== step);
    return Object.fromEntries(next === undefined ? others : [...others, [step, next]]);
  }
  if (!isList(value)) return value;
  const found = stepInto(value, step);
  const next = setAt(found?.value, rest, wanted);
  const place = found?.place;
  if (place === undefined) return next === undefined ? value : [...value, next];
  return next === undefined ? value.toSpliced(place, 1) : value.with(place, next);
}

/** True for the item that a key means. */
export function hasKey(item: Json, key: ItemKey): boolean {
  if (!isJsonObject(item)) return item === key[""];
  const found = keyOf(Object.keys(key), item);
  return found !== undefined && Object.entries(key).every(([field, value]) => found[field] === value);
}

/** A value that holds no other one: text, a number, an empty list. */
export interface Leaf {
  readonly steps: readonly Step[];
  readonly value: Json;
}

/** All that a value consists of. Items of lists are told apart by their keys where they have any. */
export function leavesOf(steps: readonly Step[], value: Json): readonly Leaf[] {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, field]) => leavesOf([...steps, key], field));
  }
  if (!isList(value) || value.length === 0) return [{ steps, value }];
  const last = steps.at(-1);
  const fields = keyFields(typeof last === "string" ? last : undefined, value, value);
  return value.flatMap((item, at) => {
    const key = fields === undefined ? undefined : keyOf(fields, item);
    return leavesOf([...steps, key ?? at], item);
  });
}
