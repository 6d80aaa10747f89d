import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { FieldChange } from "./change.ts";
import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import { fieldPath, type Step } from "./path.ts";

/** What may be shown of a value at a place; the identity where nothing is secret. */
export type Mask = (steps: readonly Step[], value: Json) => Json;

/** Fields that differ between two values, in the order of the fields; a field that is only in one of them is one change. */
export function diffFields(before: JsonObject, after: JsonObject, mask: Mask): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  walk(before, after, [], (steps, left, right) => {
    changes.push({
      path: fieldPath(steps),
      kind: left === undefined ? "add" : right === undefined ? "remove" : "change",
      ...(left === undefined ? {} : { before: mask(steps, left) }),
      ...(right === undefined ? {} : { after: mask(steps, right) }),
    });
  });
  return changes;
}

type Emit = (steps: readonly Step[], before: Json | undefined, after: Json | undefined) => void;

function walk(before: Json | undefined, after: Json | undefined, steps: readonly Step[], emit: Emit): void {
  if (before === after) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk(own(before, key), own(after, key), [...steps, key], emit);
    }
  } else if (isList(before) && isList(after)) {
    walkList(before, after, steps, emit);
  } else {
    emit(steps, before, after);
  }
}

/** A key's value; inherited names such as `constructor` are not keys. */
function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function walkList(before: readonly Json[], after: readonly Json[], steps: readonly Step[], emit: Emit): void {
  const [left, right] = [byName(before), byName(after)];
  if (left !== undefined && right !== undefined) {
    walkNamed(left, right, steps, emit);
    return;
  }
  // What is equal at both ends has not changed, so that inserting one item is one change.
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && sameJson(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && sameJson(before[before.length - 1 - tail], after[after.length - 1 - tail])) tail += 1;
  for (let at = head; at < Math.max(before.length, after.length) - tail; at += 1) {
    const [old, now] = [before.length - tail > at, after.length - tail > at];
    walk(old ? before[at] : undefined, now ? after[at] : undefined, [...steps, at], emit);
  }
}

/** Items of a list by name, if every one is an object with a name of its own: containers, env, ports, volumes. */
function byName(list: readonly Json[]): ReadonlyMap<string, Json> | undefined {
  const items = new Map<string, Json>();
  for (const item of list) {
    const name = isJsonObject(item) ? own(item, "name") : undefined;
    if (typeof name !== "string" || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

function walkNamed(
  before: ReadonlyMap<string, Json>,
  after: ReadonlyMap<string, Json>,
  steps: readonly Step[],
  emit: Emit,
): void {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    walk(before.get(name), after.get(name), [...steps, { name }], emit);
  }
  const [left, right] = [
    [...before.keys()].filter((name) => after.has(name)),
    [...after.keys()].filter((name) => before.has(name)),
  ];
  // The order of containers and of environment variables means something.
  if (!sameJson(left, right)) emit(steps, left, right);
}
