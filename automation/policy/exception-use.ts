import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { exceptionFor, hasEnded } from "../../core/policy/exceptions.ts";
import { ruleOf, toException } from "../../core/policy/exemptions.ts";
import type { CheckedViolation } from "./policy.ts";

type PolicyException = EnvironmentSpec["policy"]["exceptions"][number];

/** An exception, and whether anything needs it. */
export interface ExceptionUse extends PolicyException {
  /** `run`: only a run can tell, its rule being about runs. `expired` even if nothing needs it any more. */
  readonly state: "used" | "unused" | "run" | "expired";
  /** Days that it still holds, this one included; negative or zero after its end. */
  readonly daysLeft: number;
  /** Names of objects that would break the rule without it. */
  readonly objects: readonly string[];
}

/**
 * What each exception is needed for.
 * @param violations What the rules say of a plan if there were no exceptions.
 * @param runRules Names of rules about runs.
 * @param today `YYYY-MM-DD`, UTC.
 */
export function exceptionUses(
  exceptions: readonly PolicyException[],
  violations: readonly CheckedViolation[],
  runRules: ReadonlySet<string>,
  today: string,
): readonly ExceptionUse[] {
  const byRule = Map.groupBy(violations, ({ rule }) => rule);
  return exceptions.map((written) => {
    const exception = toException(written);
    const { control } = exception;
    const found = (byRule.get(ruleOf(written.rule)) ?? []).filter(
      ({ object, what }) =>
        (control === undefined || what.startsWith(`${control}: `)) &&
        exceptionFor([exception], object, control, today) !== undefined,
    );
    const objects = [...new Set(found.map(({ object }) => object))];
    const state = (): ExceptionUse["state"] => {
      if (hasEnded(exception, today)) return "expired";
      if (runRules.has(ruleOf(written.rule))) return "run";
      return objects.length > 0 ? "used" : "unused";
    };
    return { ...written, state: state(), daysLeft: days(today, exception.expires), objects };
  });
}

function days(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}
