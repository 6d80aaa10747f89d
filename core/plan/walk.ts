import type { Json, JsonObject } from "../manifest/manifest.ts";
import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import type { Step } from "./path.ts";

/** What two lists have in common, where their items are told apart by something other than their places. */
export interface Matching {
  /** Items of both lists: those that belong together, and those that are only in one. */
  readonly items: readonly MatchedItem[];
  /** What tells the items that both have apart, in the order of each list, where the order means something. */
  readonly order?: { readonly before: readonly Json[]; readonly after: readonly Json[] };
}

/** An item that is in one list or in both. */
export interface MatchedItem {
  readonly step: Step;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What is the same, and what belongs together, in two values at the same place. */
export interface WalkRules {
  /** True for values that are the same, though written in different ways. One of them may be missing. */
  readonly same?: (steps: readonly Step[], before: Json | undefined, after: Json | undefined) => boolean;
  /** How the items of two lists belong together; undefined if by their places. */
  readonly match: (steps: readonly Step[], before: readonly Json[], after: readonly Json[]) => Matching | undefined;
}

/** Told of each difference; `moved` if only the order of a list differs: then the values are the keys of its items. */
export type Emit = (steps: readonly Step[], before: Json | undefined, after: Json | undefined, moved: boolean) => void;

/** Finds what differs between two values, in the order of the fields; what is only in one of them is one difference. */
export function walkDifferences(before: JsonObject, after: JsonObject, rules: WalkRules, emit: Emit): void {
  walk({ rules, emit }, [], before, after);
}

interface Walk {
  readonly rules: WalkRules;
  readonly emit: Emit;
}

function walk(context: Walk, steps: readonly Step[], before: Json | undefined, after: Json | undefined): void {
  if (before === after || context.rules.same?.(steps, before, after) === true) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk(context, [...steps, key], own(before, key), own(after, key));
    }
  } else if (isList(before) && isList(after)) {
    walkList(context, steps, before, after);
  } else {
    context.emit(steps, before, after, false);
  }
}

/** A key's value; inherited names such as `constructor` are not keys. */
function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function walkList(context: Walk, steps: readonly Step[], before: readonly Json[], after: readonly Json[]): void {
  const matching = context.rules.match(steps, before, after);
  if (matching === undefined) {
    walkPlaces(context, steps, before, after);
    return;
  }
  for (const item of matching.items) walk(context, [...steps, item.step], item.before, item.after);
  const { order } = matching;
  if (order !== undefined && !sameJson(order.before, order.after)) {
    context.emit(steps, order.before, order.after, true);
  }
}

function walkPlaces(context: Walk, steps: readonly Step[], before: readonly Json[], after: readonly Json[]): void {
  // What is equal at both ends has not changed, so that inserting one item is one change.
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && sameJson(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && sameJson(before[before.length - 1 - tail], after[after.length - 1 - tail])) tail += 1;
  for (let at = head; at < Math.max(before.length, after.length) - tail; at += 1) {
    const [old, now] = [before.length - tail > at, after.length - tail > at];
    walk(context, [...steps, at], old ? before[at] : undefined, now ? after[at] : undefined);
  }
}
