import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { isOurManager } from "../plan/owned.ts";
import type { Step } from "../plan/path.ts";
import type { FieldDifference } from "./compare.ts";
import { setAt, valueAt } from "./items.ts";
import { keyFields, keyOf, keyText } from "./list-keys.ts";
import { holdersOf, managedFields, type ManagedFields } from "./managers.ts";

/** An object before a run that changed it. */
export interface BeforeRun {
  /** `normalDesired` of what was asked for then. */
  readonly desired: JsonObject;
  readonly live: KubernetesObject;
  /** All that differed from the baseline, ignored or not. */
  readonly found: readonly FieldDifference[];
}

/** The object after it. */
export interface AfterRun {
  /** `normalDesired` of what is asked for now. */
  readonly desired: JsonObject;
  readonly live: KubernetesObject;
  /** Its normal form. */
  readonly normal: JsonObject;
}

/** What an object should look like, and how much of that it does not. */
export interface HeldBack {
  readonly normal: JsonObject;
  /** Differences that the run has left, in whole or in part. */
  readonly held: number;
}

/**
 * Takes what had drifted before a run, and what the run did not decide, back to what it was before it drifted: it does
 * not become right by a run that was about something else. A run decides what is asked for now, what our own manager has
 * applied, and what is asked for no more.
 */
export function holdBack(before: BeforeRun, after: AfterRun): HeldBack {
  const run: Run = { before, after, entries: managedFields(after.live) };
  let held = 0;
  let result: Json | undefined = after.normal;
  for (const difference of before.found) {
    const now = valueAt(after.normal, difference.steps);
    const wanted = heldValue(difference, now, run);
    if (sameJson(now, wanted)) continue;
    held += 1;
    result = setAt(result, difference.steps, wanted);
  }
  return { normal: isJsonObject(result) ? result : after.normal, held };
}

interface Run {
  readonly before: BeforeRun;
  readonly after: AfterRun;
  readonly entries: readonly ManagedFields[];
}

function heldValue(difference: FieldDifference, now: Json | undefined, run: Run): Json | undefined {
  const { steps } = difference;
  switch (difference.kind) {
    case "moved":
      return isList(now) && keepsOrder(difference.new, now, steps, run) ? inOrder(now, difference.old, steps) : now;
    case "added":
      return strip(now, difference.new, steps, run);
    case "removed":
      return restore(now, difference.old, steps, run);
    case "changed":
      if (now === undefined) return isDropped(steps, run) ? undefined : difference.old;
      return isDecided(steps, now, run) ? now : difference.old;
  }
}

/** What is there without what was added before. */
function strip(now: Json | undefined, added: Json, steps: readonly Step[], run: Run): Json | undefined {
  if (now === undefined) return undefined;
  if (isJsonObject(now) && isJsonObject(added) && Object.keys(now).length > 0) {
    const left = Object.entries(now).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
      const other = Object.hasOwn(added, key) ? added[key] : undefined;
      const kept = other === undefined ? value : strip(value, other, [...steps, key], run);
      return kept === undefined ? [] : [[key, kept]];
    });
    return left.length === 0 ? undefined : Object.fromEntries(left);
  }
  const fields = isList(now) && isList(added) ? keyFields(lastKey(steps), now, added) : undefined;
  if (isList(now) && isList(added) && fields !== undefined && now.length > 0) {
    const others = new Map(added.map((item) => [keyText(fields, item), item]));
    const left = now.flatMap((item): readonly Json[] => {
      const other = others.get(keyText(fields, item));
      const kept = other === undefined ? item : strip(item, other, [...steps, keyOf(fields, item) ?? {}], run);
      return kept === undefined ? [] : [kept];
    });
    return left.length === 0 ? undefined : left;
  }
  return isDecided(steps, now, run) ? now : undefined;
}

/** What is there with what was removed before. */
function restore(now: Json | undefined, removed: Json, steps: readonly Step[], run: Run): Json | undefined {
  if (now === undefined) return isDropped(steps, run) ? undefined : removed;
  if (isJsonObject(now) && isJsonObject(removed)) {
    const more = Object.entries(removed).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
      const kept = restore(Object.hasOwn(now, key) ? now[key] : undefined, value, [...steps, key], run);
      return kept === undefined ? [] : [[key, kept]];
    });
    return { ...now, ...Object.fromEntries(more) };
  }
  const fields = isList(now) && isList(removed) ? keyFields(lastKey(steps), now, removed) : undefined;
  if (!isList(now) || !isList(removed) || fields === undefined) return now;
  const present = new Set(now.map((item) => keyText(fields, item)));
  const gone = removed.filter((item) => {
    const itemSteps = [...steps, keyOf(fields, item) ?? {}];
    return !present.has(keyText(fields, item)) && !isDropped(itemSteps, run);
  });
  return [...now, ...gone];
}

/** True for a value that is asked for, or that we have applied. */
function isDecided(steps: readonly Step[], now: Json, { after, entries }: Run): boolean {
  if (sameJson(valueAt(after.desired, steps), now)) return true;
  return holdersOf(entries, after.live, steps).some(
    ({ manager, operation }) => operation === "Apply" && isOurManager(manager),
  );
}

/** True for a field that was asked for before the run, and is not any more. */
function isDropped(steps: readonly Step[], { before, after }: Run): boolean {
  return valueAt(before.desired, steps) !== undefined && valueAt(after.desired, steps) === undefined;
}

/** True if a list is in the order that it had come to before, and that nobody asks for. */
function keepsOrder(drifted: Json, now: readonly Json[], steps: readonly Step[], { after }: Run): boolean {
  const asked = valueAt(after.desired, steps);
  const order = keysOf(now, drifted, steps);
  return sameJson(order, drifted) && !(isList(asked) && sameJson(keysOf(asked, drifted, steps), drifted));
}

function inOrder(list: readonly Json[], order: Json, steps: readonly Step[]): readonly Json[] {
  const places = new Map(isList(order) ? order.map((key, at) => [JSON.stringify(key), at]) : []);
  const placeOf = (item: Json): number => places.get(JSON.stringify(shortKey(list, item, steps))) ?? places.size;
  return list.toSorted((left, right) => placeOf(left) - placeOf(right));
}

/** Keys of those items that an order knows. */
function keysOf(list: readonly Json[], order: Json, steps: readonly Step[]): readonly Json[] {
  const known = new Set(isList(order) ? order.map((key) => JSON.stringify(key)) : []);
  return list.map((item) => shortKey(list, item, steps)).filter((key) => known.has(JSON.stringify(key)));
}

/** An item's key as `compare` writes it where a list was moved: its only value, or all of them. */
function shortKey(list: readonly Json[], item: Json, steps: readonly Step[]): Json {
  const fields = keyFields(lastKey(steps), list, list) ?? [];
  const key = keyOf(fields, item) ?? {};
  const [field] = fields;
  return field !== undefined && fields.length === 1 ? (key[field] ?? null) : key;
}

function lastKey(steps: readonly Step[]): string | undefined {
  const last = steps.at(-1);
  return typeof last === "string" ? last : undefined;
}
