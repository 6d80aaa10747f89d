import type { EnvironmentSpec } from "../environment/spec.ts";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { hasEnded } from "./exceptions.ts";

/** The day of a moment as exceptions name it: `YYYY-MM-DD`, UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Exceptions that have ended: each is a violation, whether anything still needs it or not. */
export function expiredExceptions(
  policy: Pick<EnvironmentSpec["policy"], "exceptions">,
  today: string,
  locate: (path: readonly (string | number)[]) => Place,
): readonly Finding[] {
  return policy.exceptions.flatMap((exception, index) => {
    if (!hasEnded(exception, today)) return [];
    const { rule, object, owner, expires } = exception;
    const message = `The exception from ${quote(rule)} for ${quote(object)} ended on ${expires}; ${owner} answers for it.`;
    const fix = "Mend the object and remove the exception, or have its new end approved.";
    return [errorFinding("POLICY_VIOLATION", message, fix, locate(["policy", "exceptions", index, "expires"]))];
  });
}
