import type { Finding } from "../../core/errors/finding.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { planWithout } from "../../core/plan/left-out.ts";
import type { ApprovalStatus } from "../approvals/status.ts";
import type { LeftOutCluster, PolicyViolation, PreviewResult } from "../engine/types.ts";
import type { ApplicationReport } from "../delivery/applications.ts";
import { approvalFields, approvalNote, approvalStatusLines } from "./approvals.ts";
import { applicationLines, applicationTable } from "./applications.ts";
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
  /** What people have said of the plan; undefined where nobody has to. */
  readonly approval?: ApprovalStatus | undefined;
  /** What an update did for each application; absent for a preview. */
  readonly applications?: readonly ApplicationReport[];
}

/** What `--json` prints for a run. */
export function runDocument(kind: "Preview" | "Update", run: Run): OutputDocument {
  return { kind, ...runFields(run) };
}

/** The same without its kind. */
export function runFields(run: Run): Readonly<Record<string, unknown>> {
  const { plan, result, warnings, applications, approval } = run;
  const { changes, counts, hooks, waits, violations, diagnostics, packs, leftOut = [] } = result;
  return {
    environment: plan.environment,
    revision: plan.revision,
    planDigest: plan.digest,
    ...(approval === undefined ? {} : { approvals: approvalFields(approval) }),
    counts,
    changes,
    hooks,
    waits,
    ...(leftOut.length === 0 ? {} : { leftOut: leftOut.map(leftOutField) }),
    ...(applications === undefined ? {} : { applications }),
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
    ...leftOutLines(run),
    ...table,
    ...(table.length > 0 && remarks.length > 0 ? [[]] : []),
    ...remarks,
    ...(table.length > 0 || remarks.length > 0 ? [[]] : []),
    ...(run.approval === undefined ? [] : approvalStatusLines(run.plan, run.approval)),
    closingLine(run),
  ];
}

/** `dev at 4f6c1a2 (plan sha256:2a82a6743d81): 3 to create`: what is bound to it is exactly that plan. */
export function closingLine(run: Run): Line {
  const { environment, revision, digest } = run.plan;
  const plan = `${shortRevision(revision)} (plan ${shortDigest(digest)})`;
  return [span("strong", environment), ` at ${plan}: ${summary(changeSet(run), run.tense)}`, ...withoutText(run)];
}

/** Said first, before a table that looks as if it were all. */
function leftOutLines({ result: { leftOut = [] } }: Run): Line[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map(({ cluster, finding }): Line => [
    span("bad", "left out"),
    ` ${cluster}: ${finding.message} Nothing of it is changed or deleted.`,
  ]);
  return [...lines, []];
}

function withoutText({ result: { leftOut = [] } }: Run): Line {
  return leftOut.length === 0 ? [] : ["; ", span("bad", `without ${leftOut.map(({ cluster }) => cluster).join(", ")}`)];
}

function leftOutField({ cluster, finding }: LeftOutCluster): Readonly<Record<string, unknown>> {
  return { cluster, code: finding.code, reason: finding.message };
}

/** How an update left the applications, and what it did nevertheless. */
export function failedLines(run: Run, failed: string): Line[] {
  const table = applicationLines(run.applications ?? []);
  const set = { ...changeSet(run), waits: [] };
  const { environment, revision } = run.plan;
  const head: Line = [span("strong", environment), ` at ${shortRevision(revision)}: `, span("bad", failed)];
  return [...table, ...(table.length > 0 ? [[]] : []), [...head, `; ${summary(set, run.tense)}`, ...withoutText(run)]];
}

/** The comment for a run. */
export function runComment(title: string, run: Run, marker: string, errors: readonly Finding[] = []): string {
  const { plan, result, warnings, tense, approval, applications = [] } = run;
  const packs = Object.entries(result.packs).map(([name, version]) => code(`${name} ${version}`));
  return formatComment({
    marker,
    title: `${errors.length > 0 ? "❌ " : ""}${title} of ${code(plan.environment)} at ${code(shortRevision(plan.revision))}${errors.length > 0 ? " failed" : ""}`,
    notes: [
      `Plan ${code(plan.digest)}${packs.length === 0 ? "" : `, checked by ${packs.join(", ")}`}`,
      ...(approval === undefined ? [] : [approvalNote(run.plan, approval)]),
    ],
    changes: changeSet(run),
    findings: [
      ...errors,
      ...leftOutFindings(run, errors),
      ...warnings,
      ...result.violations.filter(isNew(errors)).map(toFinding),
    ],
    applications: applicationTable(applications),
    tense,
  });
}

function changeSet({ plan, result }: Run): ChangeSet {
  const { changes, hooks, waits } = result;
  const leftOut = new Set((result.leftOut ?? []).map(({ cluster }) => cluster));
  return { changes, same: sameByOwner(planWithout(plan, leftOut), changes), hooks, waits };
}

/** What an error tells already is not told again. */
function leftOutFindings({ result: { leftOut = [] } }: Run, errors: readonly Finding[]): readonly Finding[] {
  const told = new Set(errors.map(({ message }) => message));
  return leftOut.map(({ finding }) => finding).filter(({ message }) => !told.has(message));
}

/** A run without the violations that are told as errors. */
export function withoutMandatory(run: Run): Run {
  const violations = run.result.violations.filter(({ level }) => level !== "mandatory");
  return { ...run, result: { ...run.result, violations } };
}

/** Mandatory violations are among the errors of a run that failed on them. */
function isNew(errors: readonly Finding[]): (violation: PolicyViolation) => boolean {
  const told = errors.some(({ code: name }) => name === "POLICY_VIOLATION");
  return ({ level }) => !told || level !== "mandatory";
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
