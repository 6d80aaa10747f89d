import { canonicalJson, isJsonObject, isList } from "../manifest/json.ts";
import { kindGroup, type Json, type JsonObject } from "../manifest/manifest.ts";
import { sameQuantity } from "../manifest/quantity.ts";
import { builtInKinds } from "../plan/kinds.ts";
import type { Step } from "../plan/path.ts";
import { walkDifferences, type MatchedItem, type Matching } from "../plan/walk.ts";
import { keyFields, keyOf, keyText, type KeyFields } from "./list-keys.ts";
import { isSet, orderMatters } from "./list-order.ts";

/**
 * A field that differs between what an object looked like and what it looks like.
 * `moved`: the items of a list are the same, in another order; `old` and `new` are their keys.
 */
export type FieldDifference =
  | { readonly steps: readonly Step[]; readonly kind: "changed" | "moved"; readonly old: Json; readonly new: Json }
  | { readonly steps: readonly Step[]; readonly kind: "added"; readonly new: Json }
  | { readonly steps: readonly Step[]; readonly kind: "removed"; readonly old: Json };

/**
 * What differs between two normal forms of an object, in the order of its fields. A subtree that is only in one of them
 * is one difference. Linear in their size. No difference: null and absent; quantities of the same value; the port 80 and
 * `"80"`; the order of lists in which it means nothing.
 */
export function compare(before: JsonObject, after: JsonObject): readonly FieldDifference[] {
  const differences: FieldDifference[] = [];
  const builtIn = isBuiltIn(after);
  const match = (steps: readonly Step[], left: readonly Json[], right: readonly Json[]) =>
    matchItems(lastKey(steps), builtIn, left, right);
  walkDifferences(before, after, { same, match }, (steps, old, now, moved) => {
    if (moved && old !== undefined && now !== undefined) differences.push({ steps, kind: "moved", old, new: now });
    else differences.push(...differencesAt(steps, old ?? undefined, now ?? undefined));
  });
  return differences;
}

function isBuiltIn({ apiVersion, kind }: JsonObject): boolean {
  return (
    typeof apiVersion === "string" && typeof kind === "string" && builtInKinds.has(kindGroup({ apiVersion, kind }))
  );
}

/** Fields of metadata that are maps of their own: each entry is a difference by itself, and empty is the same as absent. */
const maps: ReadonlySet<string> = new Set(["labels", "annotations"]);

function differencesAt(
  steps: readonly Step[],
  old: Json | undefined,
  now: Json | undefined,
): readonly FieldDifference[] {
  const last = lastKey(steps);
  const map = last !== undefined && maps.has(last) && steps.at(-2) === "metadata";
  const whole = old ?? now;
  if (map && (old === undefined || now === undefined) && isJsonObject(whole)) {
    return Object.entries(whole).map(([key, value]) => oneSided([...steps, key], value, now === undefined));
  }
  if (old === undefined) return now === undefined ? [] : [oneSided(steps, now, false)];
  return now === undefined ? [oneSided(steps, old, true)] : [{ steps, kind: "changed", old, new: now }];
}

function oneSided(steps: readonly Step[], value: Json, gone: boolean): FieldDifference {
  return gone ? { steps, kind: "removed", old: value } : { steps, kind: "added", new: value };
}

/** Fields whose values are quantities, by name, and by the name of the map that holds them. */
const quantities: ReadonlySet<string> = new Set(["sizeLimit", "averageValue", "divisor"]);
const quantityMaps: ReadonlySet<string> = new Set([
  "capacity",
  "default",
  "defaultRequest",
  "hard",
  "limits",
  "max",
  "maxLimitRequestRatio",
  "min",
  "podFixed",
  "requests",
]);
/** Fields that hold a number or the same number as text. */
const numbersOrText: ReadonlySet<string> = new Set([
  "maxSurge",
  "maxUnavailable",
  "minAvailable",
  "port",
  "targetPort",
]);

function same(steps: readonly Step[], before: Json | undefined, after: Json | undefined): boolean {
  if ((before ?? undefined) === (after ?? undefined)) return true;
  const [left, right] = [scalar(before), scalar(after)];
  if (left === undefined || right === undefined) return false;
  const [field, parent] = [steps.at(-1), steps.at(-2)];
  if (typeof field !== "string") return false;
  if (numbersOrText.has(field) && String(left) === String(right)) return true;
  const quantity = quantities.has(field) || (typeof parent === "string" && quantityMaps.has(parent));
  return quantity && sameQuantity(left, right);
}

function scalar(value: Json | undefined): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

function lastKey(steps: readonly Step[]): string | undefined {
  const last = steps.at(-1);
  return typeof last === "string" ? last : undefined;
}

function matchItems(
  field: string | undefined,
  builtIn: boolean,
  before: readonly Json[],
  after: readonly Json[],
): Matching | undefined {
  const fields = keyFields(field, before, after);
  if (fields !== undefined && before.length + after.length > 0) {
    const items = matchKeys(fields, before, after);
    if (!orderMatters(field, builtIn, [...before, ...after])) return { items };
    return { items, order: { before: common(fields, before, after), after: common(fields, after, before) } };
  }
  return isSet(field, builtIn) ? { items: matchMembers(before, after) } : undefined;
}

function matchKeys(fields: KeyFields, before: readonly Json[], after: readonly Json[]): readonly MatchedItem[] {
  const now = new Map(after.map((item) => [keyText(fields, item), item]));
  const old = new Map(before.map((item) => [keyText(fields, item), item]));
  const item = (key: string | undefined, value: Json): MatchedItem => ({
    step: keyOf(fields, value) ?? {},
    before: old.get(key),
    after: now.get(key),
  });
  return [
    ...[...old].map(([key, value]) => item(key, value)),
    ...[...now].filter(([key]) => !old.has(key)).map(([key, value]) => item(key, value)),
  ];
}

/** Keys of the items of one list that are in the other too, each as its only value or as all of them. */
function common(fields: KeyFields, list: readonly Json[], other: readonly Json[]): readonly Json[] {
  const known = new Set(other.map((item) => keyText(fields, item)));
  return list
    .filter((item) => known.has(keyText(fields, item)))
    .map((item) => {
      const key = keyOf(fields, item) ?? {};
      const [field, ...rest] = fields;
      return field !== undefined && rest.length === 0 ? (key[field] ?? null) : key;
    });
}

/** Members of two sets; what is only in one of them is taken for a change of what is only in the other, in their order. */
function matchMembers(before: readonly Json[], after: readonly Json[]): readonly MatchedItem[] {
  const [gone, come] = [missing(before, after), missing(after, before)];
  return Array.from({ length: Math.max(gone.length, come.length) }).flatMap((_, at): readonly MatchedItem[] => {
    const [old, now] = [gone[at], come[at]];
    if (old !== undefined && now !== undefined && isComposite(old.value) && isComposite(now.value)) {
      return [{ step: now.place, before: old.value, after: now.value }];
    }
    return [
      ...(old === undefined ? [] : [{ step: memberStep(old), before: old.value, after: undefined }]),
      ...(now === undefined ? [] : [{ step: memberStep(now), before: undefined, after: now.value }]),
    ];
  });
}

interface Member {
  readonly place: number;
  readonly value: Json;
}

/** Members of one list that the other has not, or not as often. */
function missing(list: readonly Json[], other: readonly Json[]): readonly Member[] {
  const counts = new Map<string, number>();
  for (const value of other) counts.set(canonicalJson(value), (counts.get(canonicalJson(value)) ?? 0) + 1);
  return list.flatMap((value, place) => {
    const text = canonicalJson(value);
    const left = counts.get(text) ?? 0;
    counts.set(text, left - 1);
    return left > 0 ? [] : [{ place, value }];
  });
}

function memberStep({ place, value }: Member): Step {
  return typeof value === "string" || typeof value === "number" ? { "": value } : place;
}

function isComposite(value: Json): boolean {
  return isJsonObject(value) || isList(value);
}
