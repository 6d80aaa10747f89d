import { isJsonObject, isList } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";
import { stepInto } from "./items.ts";

/** Fields of an object, some of them told by what they are rather than where. */
export interface PathPattern {
  /** As it was written. */
  readonly text: string;
  /** What must be true of the object itself. */
  readonly where: Where;
  readonly parts: readonly PathPart[];
}

/** One step of a pattern. */
export interface PathPart {
  /** Key, or place in a list; absent for any. */
  readonly name?: string;
  /** What must be true of the value that the step leads to. */
  readonly where: Where;
}

/** One of these lists must hold, and a list holds if all in it do. Nothing is always true. */
export type Where = readonly (readonly Condition[])[];

/** A field of a value and what it is to be, or not to be. */
export interface Condition {
  readonly keys: readonly string[];
  readonly equal: boolean;
  readonly value: null | boolean | number | string;
}

/** A JSON pointer as a pattern; a part that is `*` stands for any key or item. The text must be a pointer. */
export function pointerPattern(text: string): PathPattern {
  const parts = text
    .split("/")
    .slice(1)
    .map((part): PathPart =>
      part === "*" ? { where: [] } : { name: part.replaceAll("~1", "/").replaceAll("~0", "~"), where: [] },
    );
  return { text, where: [], parts };
}

/**
 * True if a pattern means the field that steps lead to, or one that holds it.
 * @param roots Objects to look in: what is a place or a condition must fit in one of them.
 */
export function covers(pattern: PathPattern, steps: readonly Step[], roots: readonly JsonObject[]): boolean {
  const { parts } = pattern;
  if (steps.length < parts.length) return false;
  let values: readonly Json[] = roots.filter((root) => satisfies(root, pattern.where));
  if (pattern.where.length > 0 && values.length === 0) return false;
  for (const [at, part] of parts.entries()) {
    const step = steps[at];
    if (step === undefined) return false;
    const found = values.flatMap((value) => stepInto(value, step) ?? []);
    if (typeof step === "string" && part.name !== undefined && part.name !== step) return false;
    const fitting = found.filter(
      ({ value, place }) =>
        (typeof step === "string" || part.name === undefined || isItem(part.name, value, place)) &&
        satisfies(value, part.where),
    );
    const needed = part.where.length > 0 || (typeof step !== "string" && part.name !== undefined);
    if (needed && fitting.length === 0) return false;
    values = fitting.map(({ value }) => value);
  }
  return true;
}

/** An item is meant by its place, or, in a list of texts, by its text. */
function isItem(name: string, item: Json, place: number | undefined): boolean {
  return /^\d+$/.test(name) ? name === String(place) : name === item;
}

/** Keys and places of every field of an object that a pattern means. */
export function resolvePattern(pattern: PathPattern, object: JsonObject): readonly (readonly string[])[] {
  if (!satisfies(object, pattern.where)) return [];
  let found: readonly { readonly keys: readonly string[]; readonly value: Json }[] = [{ keys: [], value: object }];
  for (const part of pattern.parts) {
    found = found.flatMap(({ keys, value }) =>
      entriesOf(value)
        .filter(([key, item]) => (part.name ?? key) === key && satisfies(item, part.where))
        .map(([key, item]) => ({ keys: [...keys, key], value: item })),
    );
  }
  return found.map(({ keys }) => keys);
}

function entriesOf(value: Json): readonly (readonly [string, Json])[] {
  if (isList(value)) return value.map((item, at) => [String(at), item]);
  return isJsonObject(value) ? Object.entries(value) : [];
}

function satisfies(value: Json, where: Where): boolean {
  return where.length === 0 || where.some((all) => all.every((condition) => holds(value, condition)));
}

function holds(value: Json, { keys, equal, value: expected }: Condition): boolean {
  let found: Json | undefined = value;
  for (const key of keys) found = stepInto(found, key)?.value;
  return ((found ?? null) === expected) === equal;
}
