import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { kindGroup } from "../manifest/manifest.ts";
import { maskSecret } from "../plan/diff.ts";
import { fieldPath } from "../plan/path.ts";
import type { Reverted } from "./baseline.ts";
import type { FieldDifference } from "./compare.ts";
import { ignoredBy, type ReadyRule } from "./ignore.ts";
import { leavesOf, valueAt } from "./items.ts";
import { knownWrite } from "./known-controllers.ts";
import { holdersOf, managedFields, type ManagedFields } from "./managers.ts";
import { isSecret, normalDesired } from "./normal-form.ts";
import { heldSince } from "./onset.ts";
import type { Difference, FieldManager, IgnoredDifference } from "./report.ts";

/** What decides about the differences of one object. */
export interface JudgeInput {
  /** What was asked for: the resource's inputs in the state. */
  readonly inputs: KubernetesObject;
  readonly live: KubernetesObject;
  /** Normal form that the object should have. */
  readonly before: JsonObject;
  /** Normal form that it has. */
  readonly after: JsonObject;
  readonly rules: readonly ReadyRule[];
  readonly reverted: readonly Reverted[];
}

/** What is drift, and what is not. */
export interface Judged {
  readonly differences: readonly Difference[];
  readonly ignored: readonly IgnoredDifference[];
}

/**
 * Says of each difference who made it, and whether it is drift. A subtree of which parts have different answers is taken
 * apart.
 */
export function judgeDifferences(found: readonly FieldDifference[], input: JudgeInput): Judged {
  if (found.length === 0) return { differences: [], ignored: [] };
  const context: Context = { ...input, desired: normalDesired(input.inputs), entries: managedFields(input.live) };
  const judged = found.flatMap((difference) => judge(difference, context));
  return {
    differences: judged.flatMap(({ difference, pardon }) => (pardon === undefined ? [difference] : [])),
    ignored: judged.flatMap(({ difference, pardon }) => (pardon === undefined ? [] : [{ ...difference, ...pardon }])),
  };
}

interface Context extends JudgeInput {
  readonly desired: JsonObject;
  readonly entries: readonly ManagedFields[];
}

type Pardon = Pick<IgnoredDifference, "by" | "reason">;

interface Answer {
  readonly difference: Difference;
  readonly pardon: Pardon | undefined;
}

function judge(found: FieldDifference, context: Context): readonly Answer[] {
  const parts = partsOf(found).map((part) => {
    const managers = managersOf(part, context);
    return { part, managers, pardon: pardonOf(part, managers, context) };
  });
  const [first] = parts;
  if (first === undefined) return [];
  const alike = parts.every(
    ({ managers, pardon }) => sameManagers(managers, first.managers) && samePardon(pardon, first.pardon),
  );
  const answers = alike ? [{ ...first, part: found }] : parts;
  return answers.map(({ part, managers, pardon }) => ({ difference: describe(part, managers, context), pardon }));
}

/** What was added or removed as a whole, field by field. */
function partsOf(found: FieldDifference): readonly FieldDifference[] {
  if (found.kind !== "added" && found.kind !== "removed") return [found];
  const value = found.kind === "added" ? found.new : found.old;
  if (!isJsonObject(value) && !isList(value)) return [found];
  return leavesOf(found.steps, value).map(({ steps, value: leaf }): FieldDifference =>
    found.kind === "added" ? { steps, kind: "added", new: leaf } : { steps, kind: "removed", old: leaf },
  );
}

/** Nobody holds what is gone, and nobody the order of a list. */
function managersOf({ kind, steps }: FieldDifference, { entries, live }: Context): readonly FieldManager[] {
  return kind === "removed" || kind === "moved" ? [] : holdersOf(entries, live, steps);
}

function pardonOf(
  { steps }: FieldDifference,
  managers: readonly FieldManager[],
  { inputs, rules, before, after }: Context,
): Pardon | undefined {
  const rule = ignoredBy(rules, steps, managers, [before, after]);
  if (rule !== undefined) return { by: "rule", reason: rule };
  const known = knownWrite(kindGroup(inputs), steps, managers, [before, after]);
  return known === undefined ? undefined : { by: "controller", reason: known.reason };
}

function describe(found: FieldDifference, managers: readonly FieldManager[], context: Context): Difference {
  const { inputs, desired } = context;
  const { steps, kind } = found;
  const path = fieldPath(steps);
  const secret = isSecret(inputs);
  const show = (value: Json): Json => (secret ? maskSecret(steps, value) : value);
  const hidden = secret && (steps[0] === "data" || steps[0] === "stringData");
  const reverted = timesReverted(path, managers, context.reverted);
  const since = heldSince(managers);
  return {
    path,
    steps,
    kind,
    ...("old" in found ? { old: show(found.old) } : {}),
    ...("new" in found ? { new: show(found.new) } : {}),
    managers,
    // What is encrypted in the state cannot be asked: what was there after an update is taken for ours.
    ours: hidden ? kind !== "added" : valueAt(desired, steps) !== undefined,
    ...(reverted === 0 ? {} : { reverted }),
    ...(since === undefined ? {} : { since }),
  };
}

function timesReverted(path: string, managers: readonly FieldManager[], reverted: readonly Reverted[]): number {
  const times = reverted
    .filter((each) => each.path === path)
    .filter((each) => each.manager === undefined || managers.some(({ manager }) => manager === each.manager))
    .map((each) => each.times);
  return Math.max(0, ...times);
}

function sameManagers(left: readonly FieldManager[], right: readonly FieldManager[]): boolean {
  const text = (managers: readonly FieldManager[]): string =>
    managers.map(({ manager, operation, subresource = "" }) => `${manager} ${operation} ${subresource}`).join("\n");
  return text(left) === text(right);
}

function samePardon(left: Pardon | undefined, right: Pardon | undefined): boolean {
  return left === right || (left !== undefined && right !== undefined && sameJson({ ...left }, { ...right }));
}
