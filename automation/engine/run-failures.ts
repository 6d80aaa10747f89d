import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { parseResourceName } from "../../core/plan/identity.ts";
import { pastActions } from "../../core/plan/change.ts";
import { ownerOfStep, type DeliveryStep } from "../../core/plan/step-name.ts";
import type { FailedObject, RunEvents } from "./events.ts";
import { parseFindings } from "./failures.ts";
import { fieldConflicts } from "./field-conflict.ts";
import { protectedFinding } from "./protected.ts";
import { cutOff, refusalOf, serverWords } from "./refusal.ts";
import { immutableFields, immutableFinding, isImmutable } from "./immutable.ts";
import type { RunFailure } from "./run-failed.ts";
import { objectText, oneLine } from "./text.ts";
import type { Diagnostic } from "./types.ts";

/**
 * Everything on which a run failed that got to work: mandatory violations, else objects, gates and hooks.
 * @param unready Why objects did not become ready, by resource name, as their cluster says.
 */
export function runFailures(
  events: RunEvents,
  unready: ReadonlyMap<string, string> = new Map(),
): readonly RunFailure[] {
  const violations = policyFailures(events);
  if (violations.length > 0) return violations;
  const errors = events.diagnostics().filter(({ severity }) => severity === "error");
  const about = Map.groupBy(errors, ({ object }) => object ?? "");
  const failed = new Set<string>();
  const take = (name: string): readonly Diagnostic[] => {
    failed.add(name);
    return about.get(name) ?? [];
  };
  const objects = events.failures().flatMap((object) => {
    const findings = objectFindings(object, take(object.resourceName), unready);
    const forced = isImmutable(object.reason) ? { forced: object.replacement } : {};
    return findings.map((finding): RunFailure => ({ owner: object.change.owner, finding, ...forced }));
  });
  const steps = [...events.steps.failed()].flatMap(([name, step]) =>
    stepFindings(step, take(name)).map((finding): RunFailure => ({ owner: step.owner, finding })),
  );
  const others = errors
    .filter(({ object }) => object !== undefined && !failed.has(object))
    .flatMap((diagnostic): readonly RunFailure[] => {
      const ours = hookFindings([diagnostic]);
      const findings = ours.length > 0 ? ours : [engineFinding(diagnostic)];
      return findings.map((finding) => ({ owner: ownerOfStep(diagnostic.object ?? "") ?? "environment", finding }));
    });
  return withoutConsequences(unique([...steps, ...objects, ...others]));
}

/** What is held back only because something else failed goes by itself, once that is mended. */
function withoutConsequences(failures: readonly RunFailure[]): readonly RunFailure[] {
  const causes = failures.filter(
    ({ finding }) => finding.code !== "DELETION_HELD" && !noProvider.test(finding.message),
  );
  return causes.length > 0 ? causes : failures;
}

/** What the engine says of an object whose cluster was to be made and failed. */
const noProvider = /unknown provider '.*' for resource/;

/** POLICY_VIOLATION for each mandatory violation. */
export function policyFailures(events: RunEvents): readonly RunFailure[] {
  return events
    .violations()
    .filter(({ level }) => level === "mandatory")
    .map((violation): RunFailure => {
      const object = violation.object === "" ? "" : `${violation.object}: `;
      const finding: Finding = {
        code: "POLICY_VIOLATION",
        severity: "error",
        message: `${object}${violation.rule}: ${violation.message}`,
        ...(violation.origin === undefined ? {} : { place: { file: violation.origin.path } }),
        fix: `Change the object, or the setting of the rule ${violation.rule} in policy.config.`,
      };
      return { owner: violation.owner || "environment", finding };
    });
}

/** What our own hooks say, then conflicts with other managers, else what the provider says. */
function objectFindings(
  object: FailedObject,
  errors: readonly Diagnostic[],
  unready: ReadonlyMap<string, string>,
): readonly Finding[] {
  const ours = hookFindings(errors);
  if (ours.length > 0) return ours;
  const conflicts = fieldConflicts(errors);
  if (conflicts.length > 0) return conflicts;
  if (isImmutable(object.reason)) {
    return [immutableFinding(object.change, immutableFields(object.reason), serverWords(object.reason))];
  }
  return [refusedObject(object) ?? failedObject(object, unready.get(object.resourceName))];
}

function stepFindings(step: DeliveryStep, errors: readonly Diagnostic[]): readonly Finding[] {
  const ours = hookFindings(errors);
  if (ours.length > 0) return ours;
  const said = oneLine(errors.map(({ message }) => withoutHook(message)).join("\n")) || "the engine gave no reason";
  const what = step.kind === "hook" ? `The hook ${step.resourceName}` : `The wait for ${step.owner}`;
  return [
    {
      code: "UPDATE_FAILED",
      severity: "error",
      message: `${what} failed: ${said}`,
      fix: "Mend what it says, and run it again; what was done before stays.",
    },
  ];
}

/** Findings that a resource hook of our program threw: the engine puts its own words before them. */
function hookFindings(errors: readonly Diagnostic[]): readonly Finding[] {
  return parseFindings(errors.map(({ message }) => withoutHook(message)).join("\n"));
}

function withoutHook(message: string): string {
  return message.replace(/^(?:before|after) hook "[^"]*" failed: /, "");
}

function refusedObject({ change, reason }: FailedObject): Finding | undefined {
  const cut = cutOff(change.cluster, reason);
  if (cut !== undefined) return { ...cut, severity: "error" };
  const refusal = refusalOf(objectText(change), reason);
  return refusal === undefined ? undefined : { ...refusal, severity: "error", ...placeOf(change) };
}

function failedObject({ change, reason }: FailedObject, why: string | undefined): Finding {
  if (change.action === "delete" && why !== undefined) {
    const text = `${objectText(change)} is still there after its deletion: ${why}.`;
    return errorFinding("DELETION_TIMEOUT", text, "Have removed what its finalizers stand for, then run it again.");
  }
  const verb = pastActions[change.action];
  const said = serverWords(reason) || "the provider gave no reason";
  return {
    code: "UPDATE_FAILED",
    severity: "error",
    message: `${objectText(change)} could not be ${verb}: ${why === undefined ? said : `${oneLine(why)}; ${said}`}`,
    ...placeOf(change),
    fix: "Mend the object or the cluster and run it again; what was done before stays.",
  };
}

function placeOf({ origin }: FailedObject["change"]): Pick<Finding, "place"> {
  return origin === undefined ? {} : { place: { file: origin.path } };
}

/** An error about something that the engine has not begun to work on: it could not even find out what to do. */
function engineFinding({ object = "", message }: Diagnostic): Finding {
  const identity = parseResourceName(object);
  const said = serverWords(withoutHook(message));
  if (identity === undefined) {
    const kept = protectedFinding(object, message);
    if (kept !== undefined) return kept;
    const text = `The engine failed on ${object}: ${said}`;
    return errorFinding("ENGINE_FAILED", text, "Mend what it says, and run it again.");
  }
  const refusal = cutOff(identity.cluster, message) ?? refusalOf(objectText(identity), message);
  if (refusal !== undefined) return { ...refusal, severity: "error" };
  const text = `${objectText(identity)} could not be applied: ${said}`;
  return errorFinding("UPDATE_FAILED", text, "Mend the object or the cluster and run it again.");
}

function unique(failures: readonly RunFailure[]): readonly RunFailure[] {
  return [...new Map(failures.map((failure) => [JSON.stringify(failure), failure])).values()];
}
