import type { WatchedDrift, WatchedProblem, WatchEnd, WatchEvent, WatchScope } from "../drift/watch-types.ts";
import type { OutputDocument } from "./json.ts";
import { differenceOf } from "./drift-document.ts";
import { marks, objectName, valuesText, words } from "./drift-lines.ts";
import { span, type Line } from "./line.ts";
import { lengthText, readableTime } from "./text.ts";

/** A line of `drift --watch --json`: something happened. */
export function eventDocument(environment: string, event: WatchEvent): OutputDocument {
  const { step, time, since } = event;
  const head = { kind: "DriftEvent" as const, event: step, time, environment, since };
  if ("finding" in event) {
    const { cluster, kind, finding } = event;
    return { ...head, cluster: cluster ?? null, objectKind: kind ?? null, finding };
  }
  const { object, difference, origin } = event;
  const { verdict, owner, cluster, kind, namespace, name } = object;
  const place = namespace === undefined ? {} : { namespace };
  return {
    ...head,
    object: { verdict, owner, cluster, kind, ...place, name, origin: origin ?? null },
    difference: difference === undefined ? null : differenceOf(difference),
  };
}

/** The line that says what is followed from now on. */
export function scopeDocument(environment: string, { time, ...scope }: WatchScope): OutputDocument {
  return { kind: "DriftEvent", event: "watching", time, environment, ...scope };
}

/** The last line. */
export function endDocument(environment: string, { time, ...end }: WatchEnd): OutputDocument {
  return { kind: "DriftEvent", event: "stopped", time, environment, ...end };
}

/** What a person reads of an event. */
export function eventLine(event: WatchEvent, several: boolean): Line {
  const time = span("faint", `${readableTime(event.time)}  `);
  return "finding" in event ? [time, ...problemText(event)] : [time, ...driftText(event, several)];
}

function driftText({ step, time, since, object, difference }: WatchedDrift, several: boolean): Line {
  const name = objectName(object, several);
  const field = difference === undefined ? "" : `${difference.path}: `;
  if (step === "ended") {
    return [
      span("good", `= ${name}`),
      `  ${field}as last applied again`,
      span("faint", `  after ${ageOf(since, time)}`),
    ];
  }
  const [mark, tone] = marks[step === "fought-over" ? "fought-over" : object.verdict];
  const state = object.terminating === true ? "deleted, and not gone yet" : words[object.verdict];
  const said = difference === undefined ? state : `${field}${valuesText(difference)}`;
  const fought = step === "fought-over" ? ", fought over: it is changed again and again" : "";
  return [
    span(tone, `${mark} ${name}`),
    `  ${said}${fought}`,
    span("faint", byText(managersOf(difference), since, time)),
  ];
}

const managersOf = (difference: WatchedDrift["difference"]): readonly string[] => [
  ...new Set((difference?.managers ?? []).map(({ manager }) => manager)),
];

/** `  by kubectl-edit`, and for how long where it is not new. */
function byText(managers: readonly string[], since: string, time: string): string {
  const isNew = Date.parse(time) - Date.parse(since) < 2_000;
  const parts = [
    ...(managers.length === 0 ? [] : [`by ${managers.join(", ")}`]),
    ...(isNew ? [] : [`for ${ageOf(since, time)}`]),
  ];
  return parts.length === 0 ? "" : `  ${parts.join(", ")}`;
}

function problemText({ step, time, since, cluster, kind, finding }: WatchedProblem): Line {
  const about = cluster === undefined ? "" : kind === undefined ? `${cluster}: ` : `${kind} on ${cluster}: `;
  if (step === "back")
    return [span("good", "= "), `${about}known again`, span("faint", `  after ${ageOf(since, time)}`)];
  return [span("bad", `? ${about}`), `${finding.code} ${finding.message}`];
}

function ageOf(since: string, time: string): string {
  return lengthText(Math.max(0, Math.round((Date.parse(time) - Date.parse(since)) / 1000)));
}
