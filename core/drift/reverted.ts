import { sameJson } from "../manifest/json.ts";
import { fieldPath } from "../plan/path.ts";
import type { Reverted } from "./baseline.ts";
import type { BeforeRun } from "./hold-back.ts";
import { valueAt } from "./items.ts";
import { holdersOf, managedFields } from "./managers.ts";
import type { JsonObject } from "../manifest/manifest.ts";

/** What was taken back longer ago is no fight any more. */
const forgottenAfterMs = 24 * 3600 * 1000;

/**
 * The changes by others that runs have taken back, after one more run.
 * @param known Those of earlier runs.
 * @param before The object before the run; undefined if it had not drifted.
 * @param normal Its normal form after the run.
 * @param now When the run ended: ISO 8601, UTC.
 */
export function revertedAfter(
  known: readonly Reverted[],
  before: BeforeRun | undefined,
  normal: JsonObject,
  now: string,
): readonly Reverted[] {
  const recent = known.filter(({ last }) => Date.parse(now) - Date.parse(last) < forgottenAfterMs);
  const taken = takenBack(before, normal).map(({ path, manager }): Reverted => {
    const earlier = recent.find((each) => each.path === path && each.manager === manager);
    return { path, ...(manager === undefined ? {} : { manager }), times: (earlier?.times ?? 0) + 1, last: now };
  });
  const again = new Set(taken.map(keyOf));
  return [...recent.filter((each) => !again.has(keyOf(each))), ...taken];
}

/** Fields that had drifted and do no longer look so, and who had changed them, where that is certain. */
function takenBack(before: BeforeRun | undefined, normal: JsonObject): readonly Pick<Reverted, "path" | "manager">[] {
  if (before === undefined) return [];
  const entries = managedFields(before.live);
  return before.found.flatMap((difference) => {
    if (difference.kind === "moved") return [];
    const drifted = difference.kind === "removed" ? undefined : difference.new;
    if (sameJson(valueAt(normal, difference.steps), drifted)) return [];
    const holders = difference.kind === "removed" ? [] : holdersOf(entries, before.live, difference.steps);
    const [first, ...others] = holders;
    const manager = others.length === 0 ? first?.manager : undefined;
    return [{ path: fieldPath(difference.steps), ...(manager === undefined ? {} : { manager }) }];
  });
}

function keyOf({ path, manager = "" }: Pick<Reverted, "path" | "manager">): string {
  return `${manager}\n${path}`;
}
