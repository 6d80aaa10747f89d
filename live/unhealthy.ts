import { errorFinding, type Finding } from "../core/errors/finding.ts";
import type { PlannedObject } from "../core/plan/plan.ts";
import type { Unhealthy } from "./watch.ts";
import { durationTitle, objectTitle } from "../core/plan/titles.ts";

/** A wait that did not end well. */
interface Wait {
  readonly title: string;
  readonly guarded: readonly PlannedObject[];
  readonly foreign?: boolean;
  readonly timeoutSeconds: number;
}

/**
 * What to say of objects that did not become healthy. A wait ends early when one cannot get there by itself: then only
 * those are told, not the ones that were still on their way.
 */
export function unhealthyFindings(wait: Wait, left: readonly Unhealthy[]): readonly Finding[] {
  const bad = left.filter(({ health }) => health.status === "degraded");
  const objects = new Map(wait.guarded.map((planned) => [planned.resourceName, planned]));
  return (bad.length > 0 ? bad : left).map(({ resourceName, health }): Finding => {
    const { code, state, fix } = judgement(health.status === "degraded", wait);
    const message = `${wait.title}: ${objectTitle(resourceName)} ${state}: ${health.reason}`;
    const origin = objects.get(resourceName)?.origin;
    return errorFinding(code, message, fix, origin === undefined ? undefined : { file: origin.path });
  });
}

function judgement(
  isBad: boolean,
  { foreign, timeoutSeconds }: Wait,
): Pick<Finding, "code" | "fix"> & { state: string } {
  const state = isBad ? "is degraded" : `was not healthy within ${durationTitle(timeoutSeconds)}`;
  if (foreign === true) {
    const fix = "Nothing of the application was changed. Mend what it depends on, and run this again.";
    return { code: "DEPENDENCY_UNHEALTHY", state, fix };
  }
  if (isBad)
    return {
      code: "UNHEALTHY",
      state,
      fix: "Mend what it says in the source, move the pin and run this again; or go back: driftless rollback.",
    };
  const fix = "Mend what it says, or allow more time in `health.timeout` of the application; then run this again.";
  return { code: "HEALTH_TIMEOUT", state, fix };
}
