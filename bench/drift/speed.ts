import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { timedRun } from "../timed-run.ts";
import { foundByDrift, type Detector, type Look } from "./detectors.ts";
import type { Driftless } from "./world.ts";

/** What it took to find nothing. */
export interface Speed {
  readonly name: string;
  readonly objects: number;
  /** Median of whole commands. */
  readonly seconds: number;
  /** All of them, in order. */
  readonly runs: readonly number[];
  /** Peak of the command and all that it starts. */
  readonly memoryBytes: number;
  /** Objects that it said something of: nothing had drifted. */
  readonly falseReports: readonly string[];
}

/** How often each looks; the first look fills caches and is not counted. */
const looks = 5;

/** Lets each look for drift where there is none, in turns. */
export async function measureSpeed(detectors: readonly Detector[], objects: number): Promise<readonly Speed[]> {
  const taken = new Map(detectors.map((detector) => [detector, [] as Look[]]));
  for (let look = 0; look <= looks; look++) {
    for (const detector of detectors) taken.get(detector)?.push(await detector.look());
  }
  return [...taken].map(([{ name }, all]) => summary(name, objects, all.slice(1)));
}

function summary(name: string, objects: number, all: readonly Look[]): Speed {
  const runs = all.map(({ run }) => run.seconds);
  return {
    ...{ name, objects, runs, seconds: median(runs) },
    memoryBytes: Math.max(...all.map(({ run }) => run.memory["all"] ?? 0)),
    falseReports: [...new Set(all.flatMap(({ found }) => [...found.keys()]))].sort(),
  };
}

/** What one command of ours used, by its own account: samples from outside miss short peaks. */
export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** Scans where nothing has drifted; medians of some runs for time, the worst of them for memory. */
export async function measureScan(driftless: Driftless): Promise<Usage> {
  const { command, project } = driftless;
  const file = join(project.folder, "usage.json");
  const hook = join(import.meta.dirname, "usage-hook.ts");
  const usages: Usage[] = [];
  for (let look = 0; look < looks; look++) {
    const args = ["--import", hook, ...command.args, "drift", "bench", "--json"];
    const run = await timedRun(command.file, args, {
      cwd: project.folder,
      env: { ...command.env, BENCH_USAGE_FILE: file },
      codes: [0, 2],
    });
    const found = foundByDrift(run.stdout);
    if (found.size > 0) throw new Error(`drift where there is none: ${[...found.keys()].slice(0, 5).join(", ")}`);
    const usage = JSON.parse(await readFile(file, "utf8")) as ResourceUsage;
    usages.push({
      seconds: run.seconds,
      cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
      memoryBytes: usage.maxRSS * 1024,
    });
  }
  return {
    seconds: median(usages.map(({ seconds }) => seconds)),
    cpuSeconds: median(usages.map(({ cpuSeconds }) => cpuSeconds)),
    memoryBytes: Math.max(...usages.map(({ memoryBytes }) => memoryBytes)),
  };
}

/** Microseconds, and KiB. */
interface ResourceUsage {
  readonly userCPUTime: number;
  readonly systemCPUTime: number;
  readonly maxRSS: number;
}

/** The middle one; the upper of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** The value that a share of all is not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
