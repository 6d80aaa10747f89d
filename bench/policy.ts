import type { Arena } from "./contestants/contestant.ts";
import { runPolicy } from "./contestants/driftless.ts";
import type { TimedRun } from "./timed-run.ts";

/** What policy checks took. */
export interface PolicyReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "PolicyBenchReport";
  readonly rows: readonly PolicyRow[];
}

interface PolicyRow {
  readonly objects: number;
  /** Medians. */
  readonly planSeconds: number;
  readonly checkSeconds: number;
  readonly checkCpuSeconds: number;
  /** Peak of the command and the process of the pack together. */
  readonly checkBytes: number;
}

const runsEach = 3;

/** Checks environments of growing size, and plans them for comparison. */
export async function benchPolicy(arena: Arena): Promise<PolicyReport> {
  const rows: PolicyRow[] = [];
  for (const objects of [1_000, 10_000]) {
    const { plans, checks } = await runPolicy({ ...arena, scale: { objects, applications: objects / 5 } }, runsEach);
    rows.push({
      objects,
      planSeconds: median(plans.map(({ seconds }) => seconds)),
      checkSeconds: median(checks.map(({ seconds }) => seconds)),
      checkCpuSeconds: median(checks.map(({ cpu }) => cpu["all"] ?? 0)),
      checkBytes: Math.max(...checks.map(({ memory }: TimedRun) => memory["all"] ?? 0)),
    });
  }
  return { apiVersion: "driftless.dev/v1alpha1", kind: "PolicyBenchReport", rows };
}

/** The report as a table of Markdown. */
export function formatPolicy({ rows }: PolicyReport): string {
  return [
    "| objects | plan | policy check | CPU of the check | memory of the check |",
    "|---:|---:|---:|---:|---:|",
    ...rows.map(({ objects, planSeconds, checkSeconds, checkCpuSeconds, checkBytes }) => {
      const seconds = [planSeconds, checkSeconds, checkCpuSeconds].map((value) => `${value.toFixed(1)} s`);
      return `| ${[objects.toLocaleString("en"), ...seconds, `${Math.round(checkBytes / 1e6)} MB`].join(" | ")} |`;
    }),
    "",
  ].join("\n");
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
