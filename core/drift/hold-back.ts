import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";
import type { FieldDifference } from "./compare.ts";
import { stepInto, valueAt } from "./items.ts";

/** What an object should look like, and how much of that it does not. */
export interface HeldBack {
  readonly normal: JsonObject;
  /** Fields that had drifted before and still are as they were then. */
  readonly held: number;
}

/**
 * Takes fields that had drifted before a run, and that the run left as they were, back to what they were before they
 * drifted: what a run did not decide does not become right by it.
 * @param normal Normal form after the run.
 * @param drifted What differed from the baseline before the run.
 */
export function holdBack(normal: JsonObject, drifted: readonly FieldDifference[]): HeldBack {
  let held = 0;
  let result: Json | undefined = normal;
  // Backwards: what is taken out of a list does not move what comes before it.
  for (const difference of drifted.toReversed()) {
    // The order of a list cannot be told apart from its items once these have changed.
    if (difference.kind === "moved") continue;
    const now = valueAt(normal, difference.steps);
    const left = difference.kind === "removed" ? now === undefined : sameJson(now, difference.new);
    if (!left) continue;
    held += 1;
    result = setAt(result, difference.steps, difference.kind === "added" ? undefined : difference.old);
  }
  return { normal: isJsonObject(result) ? result : normal, held };
}

/** The value with another one at the end of some steps; undefined takes it away. What leads nowhere changes nothing. */
function setAt(value: Json | undefined, steps: readonly Step[], wanted: Json | undefined): Json | undefined {
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
