import { align } from "../table.ts";
import type { DriftBenchReport } from "./bench.ts";
import type { DriftTable } from "./drift-table.ts";
import type { Noise } from "./noise.ts";
import type { Speed } from "./speed.ts";
import type { HealLatency, WatchLatency } from "./watch.ts";

/** The report as a person reads it. */
export function formatDrift({ speed, scans, noise, table, heal, watch }: DriftBenchReport): string {
  const blocks = [
    speed === undefined ? [] : speedLines(speed),
    [
      align([
        ["driftless drift", "seconds", "CPU", "memory"],
        ...scans.map(({ objects, seconds, cpuSeconds, memoryBytes }) => [
          `${objects} objects`,
          seconds.toFixed(2),
          cpuSeconds.toFixed(2),
          megabytes(memoryBytes),
        ]),
      ]),
    ],
    noise === undefined ? [] : noiseLines(noise),
    watch === undefined ? [] : [watchLine(watch)],
    heal === undefined ? [] : [healLine(heal)],
    table === undefined ? [] : formatTable(table),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join("\n")}\n`)
    .join("\n");
}

function speedLines(speed: readonly Speed[]): readonly string[] {
  const flux = speed.find(({ name }) => name.startsWith("Flux"))?.seconds ?? 0;
  const [first] = speed;
  return [
    `Nothing drifted among ${first?.objects ?? 0} objects: whole commands, medians of ${first?.runs.length ?? 0}`,
    "",
    align([
      ["", "seconds", "vs Flux", "memory", "false reports"],
      ...speed.map(({ name, seconds, memoryBytes, falseReports }) => [
        name,
        seconds.toFixed(2),
        flux === 0 ? "-" : `${(seconds / flux).toFixed(2)}x`,
        megabytes(memoryBytes),
        String(falseReports.length),
      ]),
    ]),
  ];
}

function noiseLines({ minutes, writes, scans, falseReports }: Noise): readonly string[] {
  return [
    `${minutes} minutes of noise: ${writes} writes, ${scans} scans, ${falseReports.length} false reports`,
    ...falseReports.map((report) => `  ${report}`),
  ];
}

function watchLine({ changes, missed, falseReports, p50, p99, writeP50 }: WatchLatency): string {
  const latency = `p50 ${p50.toFixed(3)} s, p99 ${p99.toFixed(3)} s (the write alone: p50 ${writeP50.toFixed(3)} s)`;
  return `Watch: ${changes} changes, ${missed} missed, ${falseReports} false; from the write to the report ${latency}`;
}

function healLine({ changes, missed, p50, p99 }: HealLatency): string {
  return `Watch and heal: ${changes} changes, ${missed} not healed; from the write to its end p50 ${p50.toFixed(1)} s, p99 ${p99.toFixed(1)} s`;
}

/** The table of drifts as Markdown: who finds what. */
export function formatTable({ rows, falseReports }: DriftTable): readonly string[] {
  const detectors = Object.keys(falseReports);
  const count = (detector: string): number => rows.filter(({ found }) => found[detector] === true).length;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["object", "what somebody did", ...detectors]),
    line(["---", "---", ...detectors.map(() => ":---:")]),
    ...rows.map(({ kind, drift, found }) =>
      line([kind, drift, ...detectors.map((detector) => (found[detector] === true ? "found" : "**missed**"))]),
    ),
    line(["", "found", ...detectors.map((detector) => `${count(detector)} of ${rows.length}`)]),
    line(["", "false", ...detectors.map((detector) => String(falseReports[detector]?.length ?? 0))]),
  ];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
