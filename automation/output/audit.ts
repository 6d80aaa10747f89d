import { actorText } from "../../core/history/actor.ts";
import type { AuditedUpdate, DeliveryFigures, Period } from "../../core/history/audit.ts";
import type { DriftEpisode } from "../../core/drift/episodes.ts";
import type { AuditedCommit } from "../../core/git/commits-between.ts";
import { countsText } from "../../core/history/describe.ts";
import type { EnvironmentAudit } from "../history/audit.ts";
import { cellCode, html } from "./markdown-escape.ts";
import { plain } from "./plain.ts";
import { lengthText, readableTime, shortRevision } from "./text.ts";

type Column = readonly [name: string, value: (update: AuditedUpdate) => string];

const list = (values: readonly string[] | undefined): string => (values ?? []).join("; ");

const commitText = ({ revision, subject }: AuditedCommit): string => `${revision} ${subject}`;

/** What the commits of an update, those of the documents included, say of something; each once. */
function unique(
  { commits = [], documentCommits = [] }: AuditedUpdate,
  what: (commit: AuditedCommit) => string | undefined,
): readonly string[] {
  return [...new Set([...commits, ...documentCommits].flatMap((commit) => what(commit) ?? []))];
}

function reviewersOf({ commits = [], documentCommits = [] }: AuditedUpdate): readonly string[] {
  return [...new Set([...commits, ...documentCommits].flatMap(({ reviewers }) => reviewers))];
}

/** What `--format csv` holds of each update. */
const csvColumns: readonly Column[] = [
  ["environment", ({ environment }) => environment],
  ["update", ({ number }) => (number === undefined ? "" : String(number))],
  ["start", ({ start }) => start ?? ""],
  ["end", ({ end }) => end ?? ""],
  ["kind", ({ kind }) => kind],
  ["outcome", ({ outcome }) => outcome],
  ["healthy", ({ healthy }) => String(healthy)],
  ["by", ({ by }) => (by === undefined ? "" : actorText(by))],
  ["from", ({ from }) => from ?? ""],
  ["to", ({ to }) => to ?? ""],
  ["plan", ({ digest }) => digest ?? ""],
  ["control", ({ control }) => control ?? ""],
  ["changes", ({ changes }) => countsText(changes)],
  ["commits", ({ commits }) => list(commits?.map(commitText))],
  ["authors", ({ commits }) => list([...new Set(commits?.map(({ author }) => author))])],
  ["reviewers", (update) => list(reviewersOf(update))],
  ["document commits", ({ documentCommits }) => list(documentCommits?.map(commitText))],
  ["document authors", ({ documentCommits }) => list([...new Set(documentCommits?.map(({ author }) => author))])],
  ["pull requests", (update) => list(unique(update, ({ pullRequest }) => pullRequest))],
  ["merged by", (update) => list(unique(update, ({ mergedBy }) => mergedBy))],
  ["approvals", ({ approvals }) => list(approvals)],
  ["policy", ({ policy }) => list(Object.entries(policy?.packs ?? {}).map(([name, version]) => `${name} ${version}`))],
  ["advisory", ({ policy }) => (policy === undefined ? "" : String(policy.advisory))],
  ["exceptions", ({ policy }) => list(policy?.exceptions)],
  ["reason", ({ reason }) => reason ?? ""],
  ["went round", ({ exception }) => exception ?? ""],
  ["failures", ({ failures }) => list(failures.map(({ code, message }) => `${code} ${message}`))],
];

/** All updates as CSV (RFC 4180). No spreadsheet takes a value for a formula. */
export function auditCsv(audits: readonly EnvironmentAudit[]): string {
  const rows = audits.flatMap(({ environment, updates, drift }) => [
    ...updates.map((update) => csvColumns.map(([, value]) => value(update))),
    ...drift.map((episode) => csvColumns.map(([name]) => driftCell(environment, episode, name))),
  ]);
  return [csvColumns.map(([name]) => name), ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** A row for what had drifted: the columns that say something of it. */
function driftCell(environment: string, { object, since, until, fields }: DriftEpisode, column: string): string {
  const cells: Readonly<Record<string, string>> = {
    ...{ environment, start: since, end: until ?? "", kind: "drift", outcome: until === undefined ? "open" : "ended" },
    changes: `${object} ${fields.join(" ")}`,
  };
  return cells[column] ?? "";
}

/** The report that a person reads. */
export function auditMarkdown(audits: readonly EnvironmentAudit[], { from, to }: Period): string {
  const blocks = audits.map((audit) => [
    `## ${html(audit.environment)}`,
    "",
    ...figureLines(audit.figures),
    "",
    ...(audit.updates.length === 0 ? ["Nothing was changed."] : updateLines(audit.updates)),
    ...driftLines(audit),
    ...blockedLines(audit),
  ]);
  return `${[`# Audit from ${readableTime(from)} to ${readableTime(to)}`, ...blocks.flatMap((lines) => ["", ...lines])].join("\n")}\n`;
}

function figureLines(figures: DeliveryFigures): readonly string[] {
  const time = (seconds: number | undefined): string => (seconds === undefined ? "–" : lengthText(seconds));
  const rate = figures.changeFailureRate;
  const open = figures.open === 0 ? "" : `; ${figures.open} not restored yet`;
  return [
    "| deployments | a day | lead time | change failure rate | time to restore |",
    "|---:|---:|---:|---:|---:|",
    `| ${figures.deployments} | ${figures.frequencyPerDay.toFixed(2)} | ${time(figures.leadTimeSeconds)} | ${rate === undefined ? "–" : `${Math.round(rate * 100)}%`} | ${time(figures.timeToRestoreSeconds)}${open} |`,
  ];
}

function updateLines(updates: readonly AuditedUpdate[]): readonly string[] {
  const rows = updates.map((update) => {
    const {
      number,
      start,
      kind,
      outcome,
      by,
      from,
      to,
      commits,
      documentCommits,
      approvals,
      policy,
      reason,
      exception,
      failures,
    } = update;
    const move = [from, to].filter((each) => each !== undefined).map((each) => cellCode(shortRevision(each)));
    const reviewers = [...new Set([...approvals, ...reviewersOf(update)])];
    const merges = unique(update, ({ pullRequest, mergedBy }) =>
      pullRequest === undefined ? undefined : `${pullRequest}${mergedBy === undefined ? "" : ` merged by ${mergedBy}`}`,
    );
    const remarks = [
      reason,
      exception,
      ...(policy?.exceptions ?? []).map((each) => `exception: ${each}`),
      ...failures.slice(0, 3).map(({ code, message }) => `${code} ${message}`),
    ].filter((text) => text !== undefined);
    const cells = [
      number === undefined ? "–" : String(number),
      start === undefined ? "–" : readableTime(start),
      html(kind),
      outcome,
      html(by === undefined ? "unknown" : actorText(by)),
      move.join(" → "),
      [...(commits ?? []), ...(documentCommits ?? [])]
        .slice(0, 5)
        .map(({ subject, author }) => html(`${subject} (${author})`))
        .join("<br>"),
      [...reviewers, ...merges].map(html).join(", "),
      countsText(update.changes),
      remarks.map(html).join("<br>"),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| # | when | what | outcome | by | commits | what it brought in | reviewed by | changes | remarks |",
    "|---:|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ];
}

function driftLines({ drift }: EnvironmentAudit): readonly string[] {
  if (drift.length === 0) return [];
  const rows = drift.map(({ object, since, until, fields }) => {
    const what = fields.includes("+")
      ? "not asked for"
      : fields.includes("-")
        ? "gone"
        : fields.map(cellCode).join(", ");
    const end = until === undefined ? "not seen to end" : `until ${readableTime(until)}`;
    return `- ${cellCode(object)} from ${readableTime(since)}, ${end}: ${what}`;
  });
  return ["", "### Drift that this checkout has seen", "", ...rows];
}

function blockedLines({ blocked }: EnvironmentAudit): readonly string[] {
  if (blocked.length === 0) return [];
  const rows = blocked.flatMap((entry) => {
    const what = "revision" in entry ? entry.revision : entry.image;
    const kept = `- ${cellCode(what)} kept out at ${readableTime(entry.at)} by ${html(entry.by)}: ${html(entry.reason)}`;
    const lifts = (entry.unblocked ?? []).map(
      ({ at, by, reason }) => `  - let back at ${readableTime(at)} by ${html(by)}: ${html(reason)}`,
    );
    return [kept, ...lifts];
  });
  return ["", "### Block list", "", ...rows];
}

function csvCell(text: string): string {
  const safe = plain(text);
  const shown = /^[=+\-@]/.test(safe) ? `'${safe}` : safe;
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
