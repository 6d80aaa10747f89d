import { formatPath } from "../../core/environment/text.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { formatPlace, type Place } from "../../core/errors/finding.ts";
import type { Origin } from "../../core/manifest/manifest.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { listRules } from "../policy/rule-list.ts";
import { violationFindings, type CheckedViolation, type Policy } from "../policy/policy.ts";
import type { AnalysedObject, Analysis, AnalysisResult } from "./analysis.ts";
import { formatDocument } from "./markdown-document.ts";
import { cellCode, code, html } from "./markdown-escape.ts";
import { findingItems } from "./markdown.ts";
import type { PolicyCheckResult } from "./policy-check.ts";
import { shortRevision } from "./text.ts";

/** The result of `policy check` for the formats that other programs read. */
export function policyAnalysis(
  { plan, environment }: ComputedPlan,
  { packs, settings }: Pick<Policy, "packs" | "settings">,
  violations: readonly CheckedViolation[],
): Analysis {
  const { locate, spec } = environment;
  const placeOf = ({ place, owner }: CheckedViolation): Place | undefined => place ?? ownerPlace(owner, locate);
  return {
    command: "policy check",
    topic: "policy",
    environment: plan.environment,
    rules: listRules(packs, settings)
      .filter(({ level }) => level !== "disabled")
      .map(({ name, description, remediation, links: [url], severity, level }) => ({
        ...{ id: name, description, url, severity, help: remediation },
        level: level === "advisory" ? "warning" : "error",
      })),
    results: violations.map((violation): AnalysisResult => ({
      rule: violation.rule,
      level: violation.level === "mandatory" ? "error" : "warning",
      message: `${violation.what.replace(/\.$/, "")}.`,
      fix: violation.remediation,
      object: violation.object,
      field: violation.field === undefined ? undefined : formatPath(violation.field),
      place: placeOf(violation),
    })),
    objects: distinct([
      ...plan.tenants.flatMap(({ name, objects }) => objects.map(analysed(`tenant/${name}`))),
      ...plan.applications.flatMap(({ name, objects, hooks }) => [
        ...objects.map(analysed(`application/${name}`)),
        ...hooks.map(analysed(`application/${name}`)),
      ]),
    ]),
    source: { repo: spec.source.repo, revision: plan.revision },
    document: locate([]),
  };
}

/** The result of `policy check` as a comment for a pull request. */
export function policyCheckComment(marker: string, result: PolicyCheckResult): string {
  const { plan, packs, violations, resources } = result;
  const mandatory = violations.filter(({ level }) => level === "mandatory");
  const advisory = violations.filter(({ level }) => level !== "mandatory");
  const checked = packs.map(({ name, version }) => code(`${name} ${version}`)).join(", ");
  const state = mandatory.length > 0 ? "❌ " : advisory.length > 0 ? "⚠️ " : "✅ ";
  const head = [
    `### ${state}Policy check of ${code(plan.environment)} at ${code(shortRevision(plan.revision))}`,
    "",
    `**${mandatory.length} to mend, ${advisory.length} to consider** in ${resources} resources, checked by ${checked}`,
    "",
    `Plan ${code(plan.digest)}`,
    ...(violations.length === 0 ? [] : ["", ...ruleTable(violations)]),
    ...(mandatory.length === 0 ? [] : ["", ...findingItems(violationFindings(mandatory))]),
  ];
  const details = advisory.map(({ object, rule, what, place }) => {
    const where = place === undefined ? "" : `${formatPlace(place)}: `;
    return `${where}${object === "" ? "" : `${object}: `}${rule}: ${what}`;
  });
  return formatDocument(
    marker,
    head,
    details.length === 0 ? [] : [{ summary: `${details.length} to consider`, language: "text", lines: details }],
  );
}

function ruleTable(violations: readonly CheckedViolation[]): readonly string[] {
  const rows = [...Map.groupBy(violations, ({ rule, level }) => `${rule}\0${level}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const objects = new Set(group.map(({ object }) => object)).size;
    return [
      `| ${cellCode(first.rule)} | ${first.level} | ${html(first.severity ?? "")} | ${group.length} | ${objects} |`,
    ];
  });
  return ["| rule | level | severity | violations | objects |", "|---|---|---|---:|---:|", ...rows];
}

/** An object that is a hook in two phases is one object. */
function distinct(objects: readonly AnalysedObject[]): readonly AnalysedObject[] {
  return [...new Map(objects.map((object) => [object.name, object])).values()];
}

function analysed(owner: string) {
  return ({ resourceName, origin }: { resourceName: string; origin?: Origin }): AnalysedObject => ({
    name: resourceName,
    owner,
    place:
      origin === undefined
        ? undefined
        : { file: origin.path, ...(origin.line === undefined ? {} : { line: origin.line }) },
  });
}

/** Where the document has what an object of Driftless' own was made of. */
function ownerPlace(owner: string, locate: LoadedEnvironment["locate"]): Place | undefined {
  const [kind, name] = owner.split("/", 2);
  if (name === undefined || (kind !== "tenant" && kind !== "application")) return undefined;
  return locate([`${kind}s`, name]);
}
