import { phaseNames } from "./contestants/contestant.ts";
import type { PeakMemory, Usage } from "./processes.ts";
import type { Part } from "./split.ts";

/** The peers in the order of the columns; the first is what the others are compared with. */
export const contestants = ["driftless", "kubectl", "flux"] as const;
export type Contestant = (typeof contestants)[number];

/** One row: the same work by each contestant that has a word for it, in seconds. */
export interface Phase {
  readonly name: string;
  readonly seconds: Partial<Record<Contestant, number>>;
}

/** All that a benchmark run measured. */
export interface BenchReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "BenchReport";
  readonly machine: { readonly cores: number; readonly memoryBytes: number; readonly cpu: string };
  readonly objects: number;
  readonly applications: number;
  readonly phases: readonly Phase[];
  /** Where our time of creating went. */
  readonly parts: readonly Part[];
  /** Seconds of CPU that our processes used for it, by role. */
  readonly cpu: Usage["cpu"];
  readonly memory: Partial<Record<Contestant, PeakMemory>>;
}

/** The report as a person reads it: seconds, then how many times a peer's time Driftless takes. */
export function formatReport(report: BenchReport): string {
  const { machine } = report;
  const rows = report.phases.map(({ name, seconds }) => {
    const ours = seconds.driftless;
    const ratios = (["kubectl", "flux"] as const).map((peer) => {
      const theirs = seconds[peer];
      return ours === undefined || theirs === undefined ? "" : `${(ours / theirs).toFixed(1)}x`;
    });
    return [name, ...contestants.map((contestant) => formatSeconds(seconds[contestant])), ...ratios];
  });
  const parts = report.parts.map(({ name, seconds }) => [`  ${name}`, formatSeconds(seconds)]);
  const cpu = Object.entries(report.cpu)
    .sort(([, one], [, other]) => other - one)
    .map(([role, seconds]) => [`  ${role}`, formatSeconds(seconds)]);
  const memory = contestants.flatMap((contestant) =>
    Object.entries(report.memory[contestant] ?? {})
      .sort(([, one], [, other]) => other - one)
      .map(([role, bytes]) => [contestant, role, `${Math.round(bytes / 1024 / 1024)} MiB`]),
  );
  return [
    `${report.objects} objects in ${report.applications} applications on ${machine.cores} cores (${machine.cpu}), ${Math.round(machine.memoryBytes / 1024 ** 3)} GiB`,
    "",
    align([["seconds", ...contestants, "vs kubectl", "vs flux"], ...rows]),
    "",
    align([[`driftless, ${phaseNames.create}`, "seconds"], ...parts]),
    "",
    align([["  CPU of its processes", "seconds"], ...cpu]),
    "",
    align([["peak memory", "process", ""], ...memory]),
    "",
  ].join("\n");
}

function formatSeconds(seconds: number | undefined): string {
  return seconds === undefined ? "-" : seconds.toFixed(1);
}

/** Columns padded to the same width; the first one left-aligned, the others right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
