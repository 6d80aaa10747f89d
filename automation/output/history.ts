import { actorText } from "../../core/history/actor.ts";
import { countsText } from "../../core/history/describe.ts";
import type { UpdateOutcome, UpdateRecord } from "../../core/history/record.ts";
import { columns } from "./columns.ts";
import { span, type Line, type Tone } from "./line.ts";
import { readableTime, shortDigest, shortRevision } from "./text.ts";

const tones: Readonly<Record<UpdateOutcome, Tone>> = {
  succeeded: "good",
  failed: "bad",
  interrupted: "bad",
  running: "update",
};

/** Updates as a table, newest first, each with why it failed or what was special about it below it. */
export function historyLines(records: readonly UpdateRecord[]): Line[] {
  const head = ["#", "when", "what", "commit", "outcome", "changes", "by"].map((text): Line => [span("faint", text)]);
  const rows = records.map((record): Line[] => [
    [numberText(record)],
    [timeText(record.start)],
    [record.kind],
    [moveText(record)],
    [span(tones[record.outcome], outcomeText(record))],
    [countsText(record.changes)],
    [(record.by?.name ?? "unknown").replace(/ <.*$/, "")],
  ]);
  const [first = [], ...lines] = columns([head, ...rows], [0]);
  return [first, ...lines.flatMap((line, at) => [line, ...remarks(records[at])])];
}

/** Everything that is known of one update but its objects. */
export function recordLines(environment: string, record: UpdateRecord): Line[] {
  const { by, policy, control, digest, approvals } = record;
  const packs = Object.entries(policy?.packs ?? {}).map(([name, version]) => `${name} ${version}`);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["when", `${timeText(record.start)}${record.seconds === undefined ? "" : `, ${Math.round(record.seconds)} s`}`],
    ["by", by === undefined ? undefined : actorText(by)],
    ["from", record.from],
    ["to", record.to],
    ["plan", digest],
    ["control", control === undefined ? undefined : control.replace("+", ", with changes that were not committed")],
    ["policy", policy === undefined ? undefined : `passed ${packs.join(", ")}; ${policy.advisory} advisory`],
    ...(policy?.exceptions ?? []).map((each) => ["exception", each] as const),
    ...approvals.map((each) => ["approved", each] as const),
    ["reason", record.reason],
    ["went round", record.exception],
  ];
  return [
    [
      span("strong", environment),
      ` ${record.number === undefined ? "" : `#${record.number} `}${record.kind}: `,
      span(tones[record.outcome], outcomeText(record)),
    ],
    ...columns(fields.flatMap(([name, value]) => (value === undefined ? [] : [[[span("faint", name)], [value]]]))),
    ...record.failures.map(({ code, message }): Line => [span("bad", code), ` ${message}`]),
  ];
}

function remarks(record: UpdateRecord | undefined): Line[] {
  if (record === undefined) return [];
  const { reason, exception, failures } = record;
  const [first, ...rest] = failures;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  return [
    ...(reason === undefined ? [] : [[span("faint", `      ${reason}`)]]),
    ...(exception === undefined ? [] : [[span("update", `      ${exception}`)]]),
    ...(first === undefined ? [] : [[span("bad", `      ${first.code}`), ` ${first.message}${more}`]]),
  ];
}

/** `#12`; a dash for a run that the engine's history does not know. */
function numberText({ number }: UpdateRecord): string {
  return number === undefined ? "-" : `${number}`;
}

function outcomeText({ outcome, healthy, kind }: UpdateRecord): string {
  const applied = outcome === "succeeded" && !healthy && (kind === "up" || kind === "rollback");
  return applied ? "applied, not waited for" : outcome;
}

function timeText(start: string | undefined): string {
  return start === undefined ? "unknown" : readableTime(start);
}

function moveText({ from, to, digest, kind }: UpdateRecord): string {
  if (to === undefined) return kind === "destroy" && from !== undefined ? `${shortRevision(from)} → nothing` : "-";
  const plan = digest === undefined ? "" : ` (${shortDigest(digest)})`;
  return from === undefined || from === to
    ? `${shortRevision(to)}${plan}`
    : `${shortRevision(from)} → ${shortRevision(to)}${plan}`;
}
