import type { Finding } from "../../core/errors/finding.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { PolicyViolation, PreviewResult } from "../engine/types.ts";
import { sameByOwner, type ChangeSet } from "./change-set.ts";
import { changeLines, summary } from "./changes.ts";
import { findingLines } from "./findings.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { code } from "./markdown-escape.ts";
import { formatComment } from "./markdown.ts";
import { shortDigest, shortRevision } from "./text.ts";

/** A preview or an update, and what it was about. */
export interface Run {
  readonly plan: EnvironmentPlan;
  readonly result: PreviewResult;
  /** Warnings of the plan. */
  readonly warnings: readonly Finding[];
  readonly tense: "future" | "past";
}

/** What `--json` prints for a run. */
export function runDocument(kind: "Preview" | "Update", { plan, result, warnings }: Run): OutputDocument {
  const { changes, counts, violations, diagnostics, packs } = result;
  return {
    kind,
    environment: plan.environment,
    revision: plan.revision,
    planDigest: plan.digest,
    counts,
    changes,
    violations,
    diagnostics,
    warnings,
    packs,
  };
}

/** The table of changes, what policies and the engine have to say, and the closing sentence. */
export function runLines(run: Run, width?: number): Line[] {
  const set = changeSet(run);
  const table = changeLines(set, width);
  const remarks = [...findingLines(run.result.violations.map(toFinding)), ...diagnosticLines(run.result)];
  return [
    ...table,
    ...(table.length > 0 && remarks.length > 0 ? [[]] : []),
    ...remarks,
    ...(table.length > 0 || remarks.length > 0 ? [[]] : []),
    closingLine(run),
  ];
}

/** `dev at 4f6c1a2 (plan sha256:2a82a6743d81): 3 to create`: what is bound to it is exactly that plan. */
export function closingLine(run: Run): Line {
  const { environment, revision, digest } = run.plan;
  const plan = `${shortRevision(revision)} (plan ${shortDigest(digest)})`;
  return [span("strong", environment), ` at ${plan}: ${summary(changeSet(run), run.tense)}`];
}

/** The comment for a run. */
export function runComment(title: string, run: Run, marker: string): string {
  const { plan, result, warnings, tense } = run;
  const packs = Object.entries(result.packs).map(([name, version]) => code(`${name} ${version}`));
  return formatComment({
    marker,
    title: `${title} of ${code(plan.environment)} at ${code(shortRevision(plan.revision))}`,
    notes: [`Plan ${code(plan.digest)}${packs.length === 0 ? "" : `, checked by ${packs.join(", ")}`}`],
    changes: changeSet(run),
    findings: [...warnings, ...result.violations.map(toFinding)],
    tense,
  });
}

function changeSet({ plan, result }: Run): ChangeSet {
  return { changes: result.changes, same: sameByOwner(plan, result.changes) };
}

function toFinding({ rule, pack, level, message, object, origin }: PolicyViolation): Finding {
  return {
    code: "POLICY_VIOLATION",
    severity: level === "mandatory" ? "error" : "warning",
    message: `${rule}: ${message}${object === "" ? "" : ` (${object})`}`,
    fix: `Follow the rule "${rule}" of the policy pack "${pack}", or change its setting in policy.config.`,
    ...(origin === undefined
      ? {}
      : { place: { file: origin.path, ...(origin.line === undefined ? {} : { line: origin.line }) } }),
  };
}

function diagnosticLines({ diagnostics }: PreviewResult): Line[] {
  const tones = { info: "faint", warning: "update", error: "bad" } as const;
  return diagnostics.map(({ severity, message, object }) => [
    span(tones[severity], severity),
    ` ${object === undefined ? "" : `${object}: `}${message}`,
  ]);
}
