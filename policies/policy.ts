import type { Policies, ReportViolation } from "@pulumi/policy";
import { isJsonObject, isList, plainJson, record, sameJson } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";
import { waiveAnnotation } from "../core/plan/ownership.ts";
import { runFacts, runType, runUrn } from "../core/policy/run.ts";
import { violationText, type Violation } from "../core/policy/violation.ts";
import { exceptionFor, hasEnded, type Exception } from "../core/policy/exceptions.ts";
import type { Rule } from "./rule.ts";
import { subjectOf, type PolicyResource, type Subject } from "./subject.ts";

type Policy = Policies[number];

/** A resource, or all of them, as Pulumi shows it to a rule. */
type Asked<What> = What & {
  /** Settings of the rule. */
  getConfig(): unknown;
};

/** A rule as Pulumi runs it. One that throws ends the run, whatever its enforcement level. */
export function toPolicy(rule: Rule): Policy {
  const { name, description, severity, links, level, scope } = rule;
  const url = links[0];
  const policy = {
    ...{ name, description, severity, enforcementLevel: level },
    remediationSteps: rule.remediation,
    configSchema: rule.configSchema,
    // Pulumi has no place for these; the command line reads them.
    ...{ scope, links },
    ...(url === undefined ? {} : { url }),
  };
  if (rule.scope === "stack") {
    return { ...policy, validateStack: (stack, report) => validateStack(rule, stack, report) };
  }
  return {
    ...policy,
    validateResource: (resource, report) => validate(rule, resource, report),
    ...(rule.remediate === undefined ? {} : { remediateResource: (resource) => remediate(rule, resource) }),
  };
}

/** Reports the rule's violations of one resource, or of the run. */
export function validate(rule: Rule, resource: Asked<PolicyResource>, report: ReportViolation): void {
  const settings = resource.getConfig();
  if (resource.type === runType) {
    const run = runFacts.parse(resource.props);
    const violations = withoutStack(() => rule.checkRun(run, settings));
    for (const { object: name = "run", ...violation } of violations) {
      const subject = { name, urn: resource.urn, type: runType, object: {}, cluster: "" };
      for (const text of reported(rule, [violation], subject, settings)) report(text, runUrn(name));
    }
    return;
  }
  const subject = subjectOf(resource);
  if (subject === undefined || isCloud(subject) !== (rule.scope === "cloud")) return;
  const violations = withoutStack(() => rule.checkSubject(subject, settings));
  for (const text of reported(rule, violations, subject, settings)) report(text);
}

/** The properties of a resource, changed to what the rule would have, or undefined if they are fine. */
export function remediate(rule: Rule, resource: Asked<PolicyResource>): JsonObject | undefined {
  const { type, name, urn, props } = resource;
  if (rule.remediate === undefined || !type.startsWith("kubernetes:")) return undefined;
  const settings = resource.getConfig();
  // Pulumi wraps properties in proxies that ordinary methods of lists, such as filter, fail on.
  const before = plainJson(props);
  const subject = subjectOf({ type, name, urn, props: before });
  if (subject === undefined) return undefined;
  const after = withoutStack(() => {
    const exemption = exemptionsOf(rule, subject, settings);
    return rule.remediate?.(subject, settings, (control) => exemption(control) === "exempt");
  });
  if (after === undefined) return undefined;
  write(props, before, after);
  return props;
}

type Members = JsonObject | readonly Json[];

/** Writes what is new into the original and leaves the rest in place, where Pulumi knows what of it is secret. */
function write(original: Members, before: Members, after: Members): void {
  for (const [key, value] of Object.entries(after)) {
    const [old, inner] = [memberOf(before, key), memberOf(original, key)];
    if (sameJson(old, value)) continue;
    if (isMembers(value) && isMembers(old) && isMembers(inner)) write(inner, old, value);
    else Object.assign(original, { [key]: value });
  }
}

function memberOf(members: Members, key: string): Json | undefined {
  return isList(members) ? members[Number(key)] : members[key];
}

function isMembers(value: Json | undefined): value is Members {
  return isList(value) || isJsonObject(value);
}

/** Reports the rule's violations of a stack, each with its resource. */
export function validateStack(
  rule: Rule,
  stack: Asked<{ readonly resources: readonly PolicyResource[] }>,
  report: ReportViolation,
): void {
  const settings = stack.getConfig();
  const subjects = stack.resources.flatMap((resource) => subjectOf(resource) ?? []);
  const violations = withoutStack(() => rule.checkStack(subjects, settings));
  for (const { subject, ...violation } of violations) {
    for (const text of reported(rule, [violation], subject, settings)) report(text, subject.urn);
  }
}

function isCloud({ cluster, type }: Subject): boolean {
  return cluster === "" && !type.startsWith("kubernetes:");
}

/** The violations that no exception and no waiver covers, as lines. */
function reported(rule: Rule, violations: readonly Violation[], subject: Subject, settings: unknown): string[] {
  if (violations.length === 0) return [];
  const exemption = withoutStack(() => exemptionsOf(rule, subject, settings));
  return violations.flatMap((violation) => {
    const found = exemption(violation.control);
    if (found === "exempt") return [];
    const message =
      found === undefined
        ? violation.message
        : `${violation.message}; its exception (${found.owner}) ended on ${found.expires}`;
    const { origin } = subject;
    const { remediation } = rule;
    return [violationText({ ...violation, message, remediation, ...(origin === undefined ? {} : { origin }) })];
  });
}

/** Whether a subject need not follow a part of a rule, and if it no longer may, the exception that has ended. */
function exemptionsOf(
  rule: Rule,
  subject: Subject,
  settings: unknown,
): (control: string | undefined) => Exception | "exempt" | undefined {
  const { exceptions, waivable } = rule.exemptions(settings);
  const waived = waivable ? waivedRules(subject) : new Set<string>();
  const today = new Date().toISOString().slice(0, 10);
  return (control) => {
    if (waived.has(rule.name) || waived.has(`${rule.name}/${control ?? ""}`)) return "exempt";
    const exception = exceptionFor(exceptions, subject.name, control, today);
    return exception !== undefined && !hasEnded(exception, today) ? "exempt" : exception;
  };
}

/** What the object asks to be let off: names of rules, or `rule/control`. */
function waivedRules({ object }: Subject): ReadonlySet<string> {
  const metadata = object["metadata"];
  const value = isJsonObject(metadata) ? record(metadata["annotations"])[waiveAnnotation] : undefined;
  return new Set(typeof value === "string" ? value.split(",").map((name) => name.trim()) : []);
}

/** Pulumi prints the stack of an error, which is of no use to who reads it. The error stays the same: it knows some of them. */
function withoutStack<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) error.stack = error.message;
    throw error;
  }
}
