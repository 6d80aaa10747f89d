import type { Difference } from "../../core/drift/report.ts";
import { ownerName } from "./change-set.ts";
import { driftOutcome, shownObjects, type EnvironmentDrift } from "./drift-document.ts";
import { driftSummary, engineVerdict, managerText, objectAge, objectName, valuesText, words } from "./drift-lines.ts";
import { healItems } from "./heal-lines.ts";
import { auditNote, objectActors } from "./drift-who.ts";
import { findingItems } from "./markdown.ts";
import { formatDocument, type Details } from "./markdown-document.ts";
import { code, html } from "./markdown-escape.ts";

/** The comment or issue that `drift --markdown` prints: a line for each environment, what is not known, then each owner. */
export function driftComment(measured: readonly EnvironmentDrift[], marker: string): string {
  const head = measured.flatMap((each) => [
    `### ${symbol(each)} Drift of ${code(each.environment)}`,
    "",
    `**${html(driftSummary(each))}**`,
    "",
    ...findingItems("failed" in each ? each.failed : each.report.errors.map(({ finding }) => finding)),
    "",
    ...auditItems(each),
    ...engineItems(each),
    ...("failed" in each ? [] : [...healItems(each), ...findingItems(each.healed?.errors ?? [])]),
  ]);
  return formatDocument(marker, head, measured.flatMap(detailsOf));
}

/** What is missing of who did it is no error of the measurement: it comes after those. */
function auditItems(each: EnvironmentDrift): readonly string[] {
  if ("failed" in each) return [];
  const audits = each.audits ?? [];
  const findings = audits.flatMap((audit) => audit.findings);
  const notes = audits.flatMap((audit) => (audit.findings.length > 0 ? [] : (auditNote(audit) ?? [])));
  const items = [...findingItems(findings), ...notes.map((note) => `_${html(note)}_`)];
  return items.length === 0 ? [] : [...items, ""];
}

function engineItems(each: EnvironmentDrift): readonly string[] {
  if ("failed" in each || each.engine === undefined) return [];
  const { compared, disagreements } = each.engine;
  if (disagreements.length === 0) return [`Engine: ${engineVerdict(compared)}`, ""];
  return [...disagreements.map(({ resourceName, message }) => `- ${code(resourceName)}: ${html(message)}`), ""];
}

function symbol(each: EnvironmentDrift): string {
  const outcome = driftOutcome(each);
  return outcome === "error" ? "❌" : outcome === "drift" ? "⚠️" : "✅";
}

function detailsOf(each: EnvironmentDrift): readonly Details[] {
  if ("failed" in each) return [];
  const several = new Set(each.resources.map(({ cluster }) => cluster)).size > 1;
  const owners = Map.groupBy(shownObjects(each, false), ({ owner }) => owner);
  return [...owners].map(([owner, objects]) => ({
    summary: `${each.environment}, ${ownerName(owner)}: ${objects.length === 1 ? "1 object" : `${objects.length} objects`}`,
    language: "diff" as const,
    lines: objects.flatMap((object) => [
      `${object.verdict === "deleted" ? "-" : object.verdict === "orphan" ? "+" : "!"} ${objectName(object, several)} (${[words[object.verdict], objectAge(object, each.measuredAt)].join(" ").trim()})`,
      ...objectActors(object).map((text) => `    ${text}`),
      ...object.differences.flatMap((difference) => differenceLines(difference, each.measuredAt)),
    ]),
  }));
}

function differenceLines(difference: Difference, now: string): readonly string[] {
  const by = managerText(difference, now);
  return [`    ${difference.path}: ${valuesText(difference)}`, ...(by === "" ? [] : [`      ${by}`])];
}
