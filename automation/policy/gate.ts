import { throwErrors } from "../../core/errors/error.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { applicationOf } from "../../core/plan/identity.ts";
import type { AffectedObject, RunFacts } from "../../core/policy/run.ts";
import type { EnginePolicy, PolicyViolation, PreviewResult } from "../engine/types.ts";
import { violationFindings, type CheckedViolation, type Policy } from "./policy.ts";

/** A plan that the packs have judged. Only this makes the options of a run of the engine. */
export interface JudgedPlan {
  readonly computed: ComputedPlan;
  /** Of a plan that has passed, advisory ones only. */
  readonly violations: readonly CheckedViolation[];
  /** Packs that the engine has to ask too. */
  readonly engine: EnginePolicy;
  /** Version of each pack by name. */
  readonly packs: Readonly<Record<string, string>>;
}

/**
 * Asks all packs about everything that a plan makes true, before anything is touched.
 * @throws POLICY_VIOLATION with all that speaks against it; POLICY_UNAVAILABLE.
 */
export async function passPlan(policy: Policy, computed: ComputedPlan): Promise<JudgedPlan> {
  const judged = await judgePlan(policy, computed);
  throwErrors(violationFindings(judged.violations));
  return judged;
}

/** The same for a preview, which is shown whatever they say. @throws POLICY_UNAVAILABLE */
export async function judgePlan(policy: Policy, computed: ComputedPlan): Promise<JudgedPlan> {
  const { violations } = await policy.checkPlan(computed);
  return {
    computed,
    violations,
    engine: policy.engine,
    packs: Object.fromEntries(policy.packs.map(({ name, version }) => [name, version])),
  };
}

/** What is known of a run before it begins. */
export type RunPreview = Pick<PreviewResult, "changes" | "counts"> & Partial<Pick<PreviewResult, "hooks">>;

/**
 * Asks all packs about what a run is about to do: what it deletes and replaces, and when.
 * @returns advisory violations
 * @throws POLICY_VIOLATION with all that speaks against it; POLICY_UNAVAILABLE.
 */
export async function passRun(
  policy: Policy,
  operation: RunFacts["operation"],
  previewed: RunPreview,
  now: Date,
): Promise<readonly CheckedViolation[]> {
  const violations = await judgeRun(policy, operation, previewed, now);
  throwErrors(violationFindings(violations));
  return violations;
}

/** The same for a preview, which is shown whatever they say. @throws POLICY_UNAVAILABLE */
export async function judgeRun(
  policy: Policy,
  operation: RunFacts["operation"],
  previewed: RunPreview,
  now: Date,
): Promise<readonly CheckedViolation[]> {
  const { same, update, replace, delete: gone, release } = previewed.counts;
  const run = { ...previewed, objects: same + update + replace + gone + release };
  const { violations } = await policy.checkRun(runFactsOf(operation, run, now));
  return violations;
}

/** The result of a preview or an update with what the packs said that the engine did not ask. */
export function withVerdict<Result extends PreviewResult>(
  result: Result,
  { violations, packs }: Pick<JudgedPlan, "violations" | "packs">,
): Result {
  const all = [...violations.map(toEngineViolation), ...result.violations];
  const key = ({ pack, rule, object, message }: PolicyViolation): string =>
    JSON.stringify([pack, rule, object, message]);
  return {
    ...result,
    violations: [...new Map(all.map((violation) => [key(violation), violation])).values()],
    packs: { ...packs, ...result.packs },
  };
}

/** What a run is about to do. */
export interface PlannedRun extends Pick<RunPreview, "changes"> {
  /** Hooks that it runs. Default: none. */
  readonly hooks?: readonly { readonly application: string }[] | undefined;
  /** Objects that there are before it. */
  readonly objects: number;
}

/** A run as its rules see it. */
export function runFactsOf(
  operation: RunFacts["operation"],
  { changes, objects, hooks = [] }: PlannedRun,
  now: Date,
): RunFacts {
  const of = (action: ObjectChange["action"]): AffectedObject[] =>
    changes.filter((change) => change.action === action).map(affected);
  return {
    operation,
    time: now.toISOString(),
    owners: [
      ...new Set([
        ...changes.map(({ owner }) => owner),
        ...hooks.map(({ application }) => `application/${application}`),
      ]),
    ],
    objects,
    deletions: of("delete"),
    replacements: of("replace"),
  };
}

function affected({ cluster, kind, namespace, name, owner }: ObjectChange): AffectedObject {
  const application = applicationOf(owner);
  const tenant = /^tenant\/(.+)$/.exec(owner)?.[1];
  return {
    ...{ cluster, kind, name },
    ...(namespace === undefined ? {} : { namespace }),
    ...(application === undefined ? {} : { application }),
    ...(tenant === undefined ? {} : { tenant }),
  };
}

function toEngineViolation({
  rule,
  pack,
  level,
  message,
  owner,
  object,
  origin,
  place,
}: CheckedViolation): PolicyViolation {
  const { line } = place ?? {};
  return {
    ...{ rule, pack, level, message, owner, object },
    ...(origin === undefined ? {} : { origin: { ...origin, ...(line === undefined ? {} : { line }) } }),
  };
}
