import type { PeakMemory, Usage } from "../processes.ts";
import type { Part } from "../split.ts";
import type { Scale } from "../objects.ts";

/** What every contestant works on. */
export interface Arena {
  readonly scale: Scale;
  /** Private folder for files of the run. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** Environment of the commands, with the tools on `PATH`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says which phase begins. */
  progress(line: string): void;
}

/** Seconds by phase name, and the peaks of memory over all phases. */
export interface Measured {
  readonly seconds: Readonly<Record<string, number>>;
  readonly memory: PeakMemory;
  /** Where the time of creating went, for a contestant that says what it is at. */
  readonly parts?: readonly Part[];
  /** Seconds of CPU by role while creating. */
  readonly cpu?: Usage["cpu"];
}

/** Names of the phases: the rows of the table. */
export const phaseNames = {
  planCold: "render and plan, nothing cached",
  planWarm: "render and plan, cached",
  previewNew: "preview, nothing there",
  create: "create until healthy",
  preview: "preview, nothing to do",
  refresh: "preview with refresh / diff",
  noOp: "up, nothing to do",
} as const;

/** The larger of two peaks, role by role. */
export function mergePeaks(one: PeakMemory, other: PeakMemory): PeakMemory {
  const merged: Record<string, number> = { ...one };
  for (const [role, bytes] of Object.entries(other)) merged[role] = Math.max(merged[role] ?? 0, bytes);
  return merged;
}
