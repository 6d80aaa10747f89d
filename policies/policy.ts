import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { isJsonObject, record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { ownerAnnotations } from "../core/plan/ownership.ts";
import type { Rule } from "./rule.ts";

/**
 * A rule as Pulumi runs it: on every Kubernetes object and every hook of a preview and an update, before anything is touched. A rule
 * that throws ends the run, whatever its enforcement level.
 */
export function toPolicy(rule: Rule): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    remediationSteps: rule.remediation,
    enforcementLevel: "mandatory",
    severity: "high",
    configSchema: rule.configSchema,
    validateResource: (resource, report) => validate(rule, resource, report),
  };
}

/** A resource that a rule is asked about: the part that it needs of what Pulumi tells. */
interface Resource {
  readonly type: string;
  readonly props: JsonObject;
  /** Settings of the rule. */
  getConfig(): unknown;
}

/** Reports the rule's violations of one resource, each with the place in Git where the object came from. */
export function validate(rule: Rule, resource: Resource, report: ReportViolation): void {
  const object = objectOf(resource);
  if (object === undefined) return;
  const place = placeOf(object);
  for (const message of check(rule, object, resource)) report(`${message}${place}. ${rule.remediation}`);
}

/** The object that a resource is, or that it applies: a hook keeps its own in its input. */
function objectOf({ type, props }: Resource): JsonObject | undefined {
  if (type.startsWith("kubernetes:")) return props;
  const { object } = type === "pulumi:index:Stash" ? record(props["input"]) : {};
  return isJsonObject(object) && typeof object["kind"] === "string" ? object : undefined;
}

function check(rule: Rule, object: JsonObject, resource: Resource): readonly string[] {
  try {
    return rule.check(object, resource.getConfig());
  } catch (error) {
    // Pulumi prints the stack, which is of no use to who reads it. The error stays the same: Pulumi knows some of them.
    if (error instanceof Error) error.stack = error.message;
    throw error;
  }
}

function placeOf(object: JsonObject): string {
  const origin = record(record(object["metadata"])["annotations"])[ownerAnnotations.origin];
  return typeof origin === "string" ? ` (from ${origin})` : "";
}
