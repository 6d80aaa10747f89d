import { environmentFile } from "../../core/environment/file.ts";
import type { CheckedEnvironment, FailedEnvironment } from "../validate/environment.ts";
import { mistakeText, schemaFindings } from "../validate/schemas.ts";
import { violationFindings } from "../policy/policy.ts";
import type { Analysis } from "./analysis.ts";
import { findingLines } from "./findings.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { policyAnalysis } from "./policy-analysis.ts";
import { count, shortRevision } from "./text.ts";

/** What `validate --all` found, environment by environment. */
export type ValidationResult = readonly (CheckedEnvironment | FailedEnvironment)[];

/** True if nothing keeps the environment from being applied, as far as that can be told without a cluster. */
export function isValid(result: CheckedEnvironment | FailedEnvironment): boolean {
  if ("errors" in result) return false;
  return result.schemas.mistakes.length === 0 && !result.violations.some(({ level }) => level === "mandatory");
}

/** The result as `--json` prints it. */
export function validationDocument(results: ValidationResult): OutputDocument {
  return {
    kind: "Validation",
    environments: results.map((result) => {
      const { name } = result;
      const head = { name, file: environmentFile(name), valid: isValid(result) };
      if ("errors" in result) return { ...head, errors: result.errors };
      const { computed, schemas, violations } = result;
      const { revision, digest, applications } = computed.plan;
      return {
        ...head,
        ...{ revision, digest, applications: applications.length, objects: schemas.objects },
        ...{ kubernetes: schemas.versions, unchecked: schemas.unchecked, violations },
        mistakes: schemas.mistakes.map(({ object, owner, field, what, fix, place }) => ({
          ...{ object, owner, field, what, fix },
          ...(place === undefined ? {} : { place }),
        })),
      };
    }),
  };
}

/** The result as a person reads it. */
export function validationLines(results: ValidationResult): readonly Line[] {
  const findings = results.flatMap((result) =>
    "errors" in result
      ? result.errors
      : [...schemaFindings(result.schemas.mistakes), ...violationFindings(result.violations)],
  );
  return [...findingLines(findings), ...(findings.length === 0 ? [] : [[]]), ...results.flatMap(summaryLines)];
}

function summaryLines(result: CheckedEnvironment | FailedEnvironment): readonly Line[] {
  const state = isValid(result) ? span("good", "valid  ") : span("bad", "invalid");
  if ("errors" in result)
    return [[state, " ", span("strong", result.name), `  ${count(result.errors.length, "error")}`]];
  const { name, computed, schemas, violations } = result;
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const kinds = Object.entries(schemas.unchecked);
  return [
    [
      ...[state, " ", span("strong", name), ` at ${shortRevision(computed.plan.revision)}: `],
      `${count(computed.plan.applications.length, "application")}, ${count(schemas.objects, "object")}`,
      ` against Kubernetes ${schemas.versions.join(", ")}: ${count(schemas.mistakes.length, "mistake")}, `,
      `${count(mandatory, "violation")}, ${count(violations.length - mandatory, "warning")}`,
    ],
    ...(kinds.length === 0
      ? []
      : [
          [
            span("faint", "        not checked, as the source does not define them: "),
            span("faint", kinds.map(([kind, objects]) => `${kind} (${count(objects, "object")})`).join(", ")),
          ],
        ]),
  ];
}

/** The result for the formats that other programs read: one analysis for each environment. */
export function validationAnalyses(results: ValidationResult): readonly Analysis[] {
  return results.map((result): Analysis => {
    const { name } = result;
    const head = { command: "validate", topic: "validation", environment: name } as const;
    if ("errors" in result) {
      const errors = result.errors.map((finding) => ({ finding, objects: [] }));
      return { ...head, rules: [], results: [], objects: [], errors, document: { file: environmentFile(name) } };
    }
    const policy = policyAnalysis(result.computed, result.policy, result.violations);
    return {
      ...policy,
      ...head,
      rules: [schemaRule, ...policy.rules],
      results: [
        ...result.schemas.mistakes.map((mistake) => ({
          ...{ rule: schemaRule.id, level: schemaRule.level, message: mistakeText(mistake), fix: mistake.fix },
          ...{ object: mistake.object, field: mistake.field, place: mistake.place },
        })),
        ...policy.results,
      ],
    };
  });
}

const schemaRule = {
  id: "schema",
  description: "Objects are what the schemas of their cluster's Kubernetes and of the source's definitions say.",
  help: "Correct the field; the message says what it may be.",
  level: "error",
} as const;
