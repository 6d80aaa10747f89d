import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../../test/support/pulumi-project.ts";
import { makeReviewWorld, writeClone, type ReviewWorld } from "./world.ts";

/** What reviews took, beside rendering alone. */
export interface ReviewBenchReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "ReviewBenchReport";
  readonly applications: number;
  readonly rows: readonly ReviewRow[];
}

/** Medians. */
interface ReviewRow {
  readonly name: string;
  readonly seconds: number;
  /** Of all processes. */
  readonly cpuSeconds: number;
}

/** What a benchmark of reviews needs. */
export interface ReviewBench {
  /** Environment of the commands, with the tools on `PATH`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly applications: number;
  readonly progress: (line: string) => void;
}

const runsEach = 3;

/**
 * Reviews a change of one application and of all, with nothing cached and with what the last review left; and lets the plain
 * tools render both sides of all, two at a time, and diff compare them: no plan, no policy, no schemas, no comment.
 */
export async function benchReview({ env, applications, progress }: ReviewBench): Promise<ReviewBenchReport> {
  const names = {
    coldAll: `driftless review, all ${applications} changed, nothing cached`,
    coldOne: "driftless review, one changed, nothing cached",
    warmOne: "driftless review, one changed, the base cached",
    plain: "kustomize, helm and diff alone, both sides",
  };
  const measured = new Map<string, Took[]>();
  const note = (name: string, took: Took): void => void measured.set(name, [...(measured.get(name) ?? []), took]);
  const worlds = {
    one: await makeReviewWorld(applications, 1, env["PATH"]),
    all: await makeReviewWorld(applications, applications, env["PATH"]),
  };
  try {
    for (let run = 1; run <= runsEach; run++) {
      progress(`run ${run} of ${runsEach}`);
      for (const world of [worlds.all, worlds.one]) {
        for (const folder of ["render", "git"]) {
          await rm(join(world.cache, folder), { recursive: true, force: true });
        }
      }
      note(names.coldAll, await review(worlds.all, env));
      note(names.plain, await plain(worlds.all, env));
      note(names.coldOne, await review(worlds.one, env));
      note(names.warmOne, await review(worlds.one, env));
    }
  } finally {
    for (const world of Object.values(worlds)) await world.remove();
  }
  const rows = Object.values(names).map((name) => {
    const runs = measured.get(name) ?? [];
    return {
      name,
      seconds: median(runs.map((each) => each.seconds)),
      cpuSeconds: median(runs.map((each) => each.cpu)),
    };
  });
  return { apiVersion: "driftless.dev/v1alpha1", kind: "ReviewBenchReport", applications, rows };
}

/** The report as a table of Markdown; ratios are to the last row. */
export function formatReview({ applications, rows }: ReviewBenchReport): string {
  const peer = rows.at(-1);
  return [
    `${applications} applications`,
    "",
    "| | seconds | beside the tools alone | CPU | beside the tools alone |",
    "|---|---:|---:|---:|---:|",
    ...rows.map(({ name, seconds, cpuSeconds }) => {
      const ratio = (value: number, other = 0): string => `${(value / other).toFixed(2)}x`;
      const cells = [
        ...[`${seconds.toFixed(1)} s`, ratio(seconds, peer?.seconds)],
        ...[`${cpuSeconds.toFixed(1)} s`, ratio(cpuSeconds, peer?.cpuSeconds)],
      ];
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
    "",
  ].join("\n");
}

interface Took {
  readonly seconds: number;
  readonly cpu: number;
}

function review(world: ReviewWorld, env: ReviewBench["env"]): Promise<Took> {
  const command = [join(repository, "bin", "driftless"), "review", "--base", "main", "--markdown"];
  return timed(command, { cwd: world.folder, env: { ...env, XDG_CACHE_HOME: world.cacheHome } });
}

async function plain(world: ReviewWorld, env: ReviewBench["env"]): Promise<Took> {
  const folder = join(world.folder, ".plain");
  await rm(folder, { recursive: true, force: true });
  const commands: string[] = [];
  for (const side of ["base", "head"] as const) {
    const clone = join(folder, `clone-${side}`);
    const out = join(folder, side);
    await writeClone(clone, world.files[side]);
    await mkdir(out, { recursive: true });
    for (const { name, renderer, path } of world.applications) {
      if (renderer === "kustomize")
        commands.push(`kustomize build ${join(clone, path)} -o ${join(out, `${name}.yaml`)}`);
      if (renderer !== "helm") continue;
      const values = join(clone, "values", `${name}.yaml`);
      commands.push(
        `helm template ${name} ${join(clone, "charts/service")} -f ${values} --output-dir ${join(out, name)}`,
      );
    }
  }
  await writeFile(join(folder, "commands"), `${commands.join("\n")}\n`);
  const script = "xargs -P 2 -L 1 env < commands; diff -ru base head; diff -ru clone-base clone-head";
  return timed(["sh", "-c", script], { cwd: folder, env: { ...env, HOME: folder } });
}

/** Runs a command, whatever it prints, with the time that the shell says its children took. */
async function timed(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: ReviewBench["env"] },
): Promise<Took> {
  const started = performance.now();
  const shell = ["-c", '"$@" > output 2>&1; echo "$?"; times', "sh", ...command];
  const { stdout } = await promisify(execFile)("sh", shell, options);
  const seconds = (performance.now() - started) / 1000;
  const [code, , children = ""] = stdout.split("\n");
  // 1: what diff says of files that differ.
  if (code !== "0" && code !== "1") throw new Error(`${command.join(" ")} ended with ${code}`);
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return { seconds, cpu };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
