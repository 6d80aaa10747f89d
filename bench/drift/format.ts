import { align } from "../table.ts";
import type { DriftBenchReport } from "./bench.ts";
import type { DriftTable } from "./drift-table.ts";

/** The report as a person reads it. */
export function formatDrift({ speed, scans, noise, table, watch }: DriftBenchReport): string {
  const flux = speed.find(({ name }) => name.startsWith("Flux"))?.seconds ?? 0;
  const [first] = speed;
  return [
    `Nothing drifted among ${first?.objects ?? 0} objects (medians of ${first?.runs.length ?? 0} looks, whole commands)`,
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
    "",
    align([
      ["driftless drift", "seconds", "CPU", "memory"],
      ...scans.map(({ objects, seconds, cpuSeconds, memoryBytes }) => [
        `${objects} objects`,
        seconds.toFixed(2),
        cpuSeconds.toFixed(2),
        megabytes(memoryBytes),
      ]),
    ]),
    "",
    `${noise.minutes} minutes of noise: ${noise.writes} writes, ${noise.scans} scans, ${noise.falseReports.length} false reports`,
    ...noise.falseReports.map((report) => `  ${report}`),
    "",
    ...(watch === undefined
      ? []
      : [
          `Watch: ${watch.changes} changes, ${watch.missed} missed; from the write to the report p50 ${watch.p50.toFixed(3)} s, p99 ${watch.p99.toFixed(3)} s`,
          "",
        ]),
    ...formatTable(table),
    "",
  ].join("\n");
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
