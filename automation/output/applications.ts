import type { ApplicationReport, ApplicationState } from "../delivery/applications.ts";
import { columns } from "./columns.ts";
import { span, type Line, type Tone } from "./line.ts";
import { cellCode, html } from "./markdown-escape.ts";

const tones = { up: "good", failed: "bad", waiting: "update", unchanged: "faint" } as const satisfies Record<
  ApplicationState,
  Tone
>;

/** Applications that a comment lists; the rest is counted. */
const mostListed = 50;

/** The applications that are not up, each with why; then how many the others are. Nothing if all are up. */
export function applicationLines(reports: readonly ApplicationReport[]): Line[] {
  const down = notUp(reports);
  if (down.length === 0) return [];
  const rows = down.map((report): Line[] => [
    [span("strong", report.name)],
    [span(tones[report.state], report.state)],
    [reason(report, reports)],
  ]);
  const others = countStates(reports.filter((report) => !down.includes(report)));
  return [...columns(rows), ...(others === "" ? [] : [[span("faint", `and ${others}`)]])];
}

/** The same as a table of a comment. */
export function applicationTable(reports: readonly ApplicationReport[]): string[] {
  const down = notUp(reports);
  if (down.length === 0) return [];
  const rows = down.slice(0, mostListed).map((report) => {
    const mark = report.state === "failed" ? "❌" : "⏳";
    return `| ${cellCode(report.name)} | ${mark} ${report.state} | ${html(reason(report, reports))} |`;
  });
  const others = [
    ...(down.length > mostListed ? [`${down.length - mostListed} more that are not up`] : []),
    countStates(reports.filter((report) => !down.includes(report))),
  ].filter((text) => text !== "");
  return [
    "| application | | |",
    "|---|---|---|",
    ...rows,
    ...(others.length === 0 ? [] : ["", `and ${others.join(", ")}`]),
  ];
}

/** `3 up, 1 failed, 1 waiting`; the empty string if there are none. */
function countStates(reports: readonly ApplicationReport[]): string {
  return (["up", "failed", "waiting", "unchanged"] as const)
    .map((state) => ({ state, count: reports.filter((report) => report.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(", ");
}

function notUp(reports: readonly ApplicationReport[]): readonly ApplicationReport[] {
  return reports.filter(({ state }) => state === "failed" || state === "waiting");
}

/** What an application failed on, or what it waited for: `for database, which is not healthy`. */
function reason(
  { state, waitsFor, unreachable = [], failures }: ApplicationReport,
  reports: readonly ApplicationReport[],
): string {
  if (state === "failed") return [...new Set(failures.map(({ code }) => code))].join(", ");
  if (unreachable.length > 0) return `for ${unreachable.join(", ")}, which cannot be reached`;
  if (waitsFor.length > 0)
    return `for ${waitsFor.map((name) => `${name}, which ${fate(name, reports)}`).join("; for ")}`;
  return failures.length > 0
    ? [...new Set(failures.map(({ code }) => code))].join(", ")
    : "the run did not get to its end";
}

/** Codes that say that what is there is not, or not yet, healthy. */
const unhealthy: ReadonlySet<string> = new Set(["UNHEALTHY", "HEALTH_TIMEOUT"]);

function fate(name: string, reports: readonly ApplicationReport[]): string {
  const report = reports.find((candidate) => candidate.name === name);
  if (report?.state === "waiting") return "waits too";
  const failed = report === undefined || report.failures.some(({ code }) => !unhealthy.has(code));
  return failed ? "failed" : "is not healthy";
}
