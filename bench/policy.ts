import type { Arena } from "./contestants/contestant.ts";
import { runPolicy, runPreviews } from "./contestants/driftless.ts";
import type { TimedRun } from "./timed-run.ts";

/** What policy checks took. */
export interface PolicyReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "PolicyBenchReport";
  readonly rows: readonly PolicyRow[];
  /** Medians of previews of 1,000 objects with every rule of the pack, and with a pack of none. */
  readonly previewSeconds: { readonly ruled: number; readonly free: number };
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
  const { ruled, free } = await runPreviews({ ...arena, scale: { objects: 1_000, applications: 200 } }, runsEach);
  const seconds = (runs: readonly TimedRun[]): number => median(runs.map((run) => run.seconds));
  const previewSeconds = { ruled: seconds(ruled), free: seconds(free) };
  return { apiVersion: "driftless.dev/v1alpha1", kind: "PolicyBenchReport", rows, previewSeconds };
}

/** The report as a table of Markdown. */
export function formatPolicy({ rows, previewSeconds: { ruled, free } }: PolicyReport): string {
  return [
    "| objects | plan | policy check | CPU of the check | memory of the check |",
    "|---:|---:|---:|---:|---:|",
    ...rows.map(({ objects, planSeconds, checkSeconds, checkCpuSeconds, checkBytes }) => {
      const seconds = [planSeconds, checkSeconds, checkCpuSeconds].map((value) => `${value.toFixed(1)} s`);
      return `| ${[objects.toLocaleString("en"), ...seconds, `${Math.round(checkBytes / 1e6)} MB`].join(" | ")} |`;
    }),
    "",
    `Preview of 1,000 objects: ${ruled.toFixed(1)} s with every rule, ${free.toFixed(1)} s with none: ${percent(ruled / free - 1)} more.`,
    "",
  ].join("\n");
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
