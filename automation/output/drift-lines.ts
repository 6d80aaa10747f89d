import { verdicts, type Difference, type ObjectDrift, type Verdict } from "../../core/drift/report.ts";
import type { Action } from "../../core/plan/change.ts";
import type { AuditRead } from "../drift/audit.ts";
import type { EngineCheck } from "../drift/engine-check.ts";
import { ownerName } from "./change-set.ts";
import { changeLines } from "./changes.ts";
import { driftOutcome, originsOf, shownObjects, type EnvironmentDrift } from "./drift-document.ts";
import { auditNote, fieldActors, objectActors } from "./drift-who.ts";
import { formatValue } from "./field.ts";
import { healLines } from "./heal-lines.ts";
import { findingLines } from "./findings.ts";
import { rollbackLines } from "./rollbacks.ts";
import { span, type Line } from "./line.ts";
import { ageText, readableTime } from "./text.ts";

/** What a person reads of the drift of one environment: by owner, object and field; then what is not known; then a sum. */
export function driftLines(each: EnvironmentDrift, showIgnored: boolean): readonly Line[] {
  const { environment } = each;
  if ("failed" in each) return [...findingLines(each.failed), [span("strong", environment), ": not known"]];
  const { report, unlisted } = each;
  const origins = originsOf(each);
  const owners = Map.groupBy(shownObjects(each, showIgnored), ({ owner }) => owner);
  const several = new Set(each.resources.map(({ cluster }) => cluster)).size > 1;
  const blocks = [...owners].flatMap(([owner, objects]): readonly Line[] => [
    [ownerName(owner)],
    ...objects.flatMap((object) =>
      objectLines(object, { several, showIgnored, origin: origins.get(object.resourceName), now: each.measuredAt }),
    ),
    [],
  ]);
  const errors = findingLines(report.errors.map(({ finding }) => finding));
  const rest =
    unlisted.length === 0 ? [] : [[span("faint", `not looked for unknown objects among: ${unlisted.join(", ")}`)]];
  return [
    ...healLines(each, several, origins),
    ...blocks,
    ...errors,
    ...(errors.length > 0 ? [[]] : []),
    ...auditLines(each.audits ?? []),
    ...rest,
    ...engineLines(each.engine),
    ...rollbackLines(environment, each.rollbacks ?? []),
    [span("strong", environment), `: ${driftSummary(each)}`],
  ];
}

/** What kept audit logs from telling who did what; that says nothing about drift itself. */
function auditLines(audits: readonly AuditRead[]): readonly Line[] {
  const findings = audits.flatMap((each) => each.findings);
  return [
    ...findingLines(findings),
    ...(findings.length > 0 ? [[]] : []),
    ...audits.flatMap((each) => {
      const note = each.findings.length > 0 ? undefined : auditNote(each);
      return note === undefined ? [] : [[span("faint", note)]];
    }),
  ];
}

/** What the engine's preview would change, and whether that is what the scan has found. */
function engineLines(engine: EngineCheck | undefined): readonly Line[] {
  if (engine === undefined) return [];
  const { changes, compared, disagreements } = engine;
  const table = changeLines({ changes });
  const verdict: readonly Line[] =
    disagreements.length > 0
      ? disagreements.map(({ resourceName, message }): Line => [span("bad", `${resourceName}: `), message])
      : [[engineVerdict(compared)]];
  return [
    ["The engine's preview, compared with the clusters:", ...(table.length === 0 ? [" nothing to do"] : [])],
    ...table,
    [],
    ...verdict,
    [],
  ];
}

/** What is said where no contradiction was found. */
export function engineVerdict(compared: boolean): string {
  return compared
    ? "It agrees with the scan."
    : "It was not held against the scan: what Git says has changed since the last update, and the preview shows that too.";
}

/** `2 drifted, 1 deleted, 26 as they were`, or that something is not known. */
export function driftSummary(each: EnvironmentDrift): string {
  return "failed" in each ? "not known" : countsText(each.report.counts, driftOutcome(each));
}

/** The same of numbers of objects by verdict, and what they come to. */
export function countsText(counts: Readonly<Record<Verdict, number>>, outcome: "none" | "drift" | "error"): string {
  const found = verdicts
    .filter((verdict) => verdict !== "unchanged" && counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${words[verdict]}`);
  const same = `${counts.unchanged} as last applied`;
  if (outcome === "none") return `no drift, ${same}`;
  return [...found, same].join(", ") + (outcome === "error" ? "; not all of it is known" : "");
}

/** How a verdict is said of a number of objects. */
export const words: Readonly<Record<Verdict, string>> = {
  "fought-over": "fought over",
  deleted: "deleted",
  recreated: "recreated",
  drifted: "drifted",
  orphan: "unknown to the state",
  unknown: "not known",
  unchanged: "as last applied",
};

/** How a verdict is marked, and coloured as the change that it resembles. */
export const marks: Readonly<Record<Verdict, readonly [mark: string, tone: Action | "faint"]>> = {
  "fought-over": ["!", "delete"],
  deleted: ["-", "delete"],
  recreated: ["±", "replace"],
  drifted: ["~", "update"],
  orphan: ["+", "create"],
  unknown: ["?", "faint"],
  unchanged: ["=", "faint"],
};

/** What of an object is shown. */
export interface Shown {
  readonly several: boolean;
  readonly showIgnored: boolean;
  readonly origin: string | undefined;
  /** When it was measured. */
  readonly now: string;
}

/** An object with what has drifted of it. */
export function objectLines(object: ObjectDrift, { several, showIgnored, origin, now }: Shown): readonly Line[] {
  const [mark, tone] = marks[object.verdict];
  const state = object.terminating === true ? "deleted, and not gone yet" : words[object.verdict];
  const said = object.verdict === "drifted" ? "" : `  ${[state, objectAge(object, now)].join(" ").trim()}`;
  const from = origin === undefined ? [] : [span("faint", `  ${origin}`)];
  return [
    [span(tone, `  ${mark} ${objectName(object, several)}`), said, ...from],
    ...objectActors(object).map((text): Line => [span("faint", `      ${text}`)]),
    ...object.differences.map((each): Line => ["      ", ...differenceText(each, now)]),
    ...(showIgnored
      ? object.ignored.map((each): Line => [
          span("faint", `      ignored (${each.reason}): `),
          ...differenceText(each, now),
        ])
      : []),
  ];
}

/** `Deployment.apps shop/web`, with its cluster where there are several. */
export function objectName({ kind, namespace, name, cluster }: ObjectDrift, several: boolean): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return several ? `${kind} ${place} on ${cluster}` : `${kind} ${place}`;
}

function differenceText(difference: Difference, now: string): Line {
  const by = managerText(difference, now);
  return [`${difference.path}: ${valuesText(difference)}`, ...(by === "" ? [] : [span("faint", `  ${by}`)])];
}

/** `1 → 5`, `added: 5`, `removed: 1`. */
export function valuesText(difference: Difference): string {
  switch (difference.kind) {
    case "added":
      return `added ${formatValue(difference.new)}`;
    case "removed":
      return `removed, was ${formatValue(difference.old)}`;
    case "moved":
      return `order ${formatValue(difference.old)} → ${formatValue(difference.new)}`;
    case "changed":
      return `${formatValue(difference.old)} → ${formatValue(difference.new)}`;
  }
}

/**
 * `by kubectl-edit at 2026-11-22 14:00:00 UTC, for 3 h`; empty where nobody knows.
 * @param now When it was measured. Default: for how long is not told.
 */
export function managerText(difference: Difference, now?: string): string {
  const { managers, reverted, since } = difference;
  const actors = fieldActors(difference);
  const who = managers.map(({ manager, time }) => `${manager}${time === undefined ? "" : ` at ${readableTime(time)}`}`);
  return [
    ...(who.length === 0 ? [] : [`by ${who.join(", ")}`]),
    ...(actors === "" ? [] : [actors]),
    ...(reverted === undefined ? [] : [`taken back ${reverted} times before`]),
    ...(since === undefined || now === undefined ? [] : [ageText(since, now)]),
  ].join(", ");
}

/** For how long an object has been gone, another one, or unknown; empty for what its fields tell. */
export function objectAge({ verdict, since }: ObjectDrift, now: string): string {
  return since === undefined || verdict === "drifted" || verdict === "fought-over" ? "" : ageText(since, now);
}
