import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { violationFindings, type PolicyCheck } from "../policy/policy.ts";
import type { PackInfo } from "../policy/types.ts";
import { findingLines } from "./findings.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { count, shortRevision } from "./text.ts";

/** What `policy check` found. */
export interface PolicyCheckResult extends PolicyCheck {
  readonly plan: Pick<EnvironmentPlan, "environment" | "revision" | "digest" | "policy">;
  readonly packs: readonly PackInfo[];
}

/** The result as `--json` prints it. */
export function policyCheckDocument({
  plan,
  packs,
  resources,
  violations,
  remediations,
}: PolicyCheckResult): OutputDocument {
  const { environment, revision, digest } = plan;
  return {
    kind: "PolicyCheck",
    ...{ environment, revision, digest },
    packs: packs.map(({ name, version, title, rules }, at) => ({
      ...{ name, version, title },
      digest: plan.policy.packs[at]?.digest,
      rules: rules.length,
    })),
    resources,
    violations,
    remediations,
  };
}

/** The result as a person reads it. */
export function policyCheckLines(result: PolicyCheckResult): readonly Line[] {
  const { plan, packs, resources, violations, remediations } = result;
  const findings = violationFindings(violations);
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const advisory = violations.length - mandatory;
  const rules = packs.reduce((sum, pack) => sum + pack.rules.length, 0);
  return [
    ...findingLines(findings),
    ...remediations.map(({ rule, resource }): Line => [span("update", "remediated"), ` ${resource}: ${rule}`]),
    ...(findings.length + remediations.length === 0 ? [] : [[]]),
    [
      span("strong", plan.environment),
      ` at ${shortRevision(plan.revision)}: `,
      mandatory === 0 ? span("good", "passes") : span("bad", count(mandatory, "violation")),
      advisory === 0 ? "" : `, ${count(advisory, "warning")}`,
      span("faint", `  (${count(rules, "rule")}, ${count(resources, "resource")})`),
    ],
  ];
}
