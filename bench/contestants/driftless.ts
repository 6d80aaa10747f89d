import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { createTestProject, repository, type TestProject } from "../../test/support/pulumi-project.ts";
import { applicationName, applicationObjects, manifestText, type Scale } from "../objects.ts";
import type { PeakMemory, Usage } from "../processes.ts";
import { splitUpdate, type Part } from "../split.ts";
import { timedRun, type TimedRun } from "../timed-run.ts";
import { mergePeaks, phaseNames, type Arena, type Measured } from "./contestant.ts";

const namespace = "bench-driftless";

/** Driftless as its user runs it: the command line in a process of its own, with the policy pack. */
export async function runDriftless(arena: Arena): Promise<Measured> {
  const project = await makeProject(arena.scale);
  try {
    const { run, memory } = commandLine(arena, project);
    const seconds: Record<string, number> = {};
    const phases = [
      [phaseNames.planCold, ["plan", "bench"]],
      [phaseNames.planWarm, ["plan", "bench"]],
      [phaseNames.previewNew, ["preview", "bench"]],
      [phaseNames.create, ["up", "bench", "--yes"]],
      [phaseNames.preview, ["preview", "bench"]],
      [phaseNames.refresh, ["preview", "bench", "--refresh"]],
      [phaseNames.noOp, ["up", "bench", "--yes"]],
    ] as const;
    let parts: readonly Part[] = [];
    let cpu: Usage["cpu"] = {};
    for (const [name, args] of phases) {
      const timed = await run(name, args);
      seconds[name] = timed.seconds;
      if (name !== phaseNames.create) continue;
      parts = splitUpdate(timed.lines, timed.seconds);
      cpu = timed.cpu;
    }
    await run("destroy", ["destroy", "bench", "--yes"]);
    return { seconds, memory: memory(), parts, cpu };
  } finally {
    await project.remove();
  }
}

/** Creates applications that each depend on the one before, or on none, and removes them again. */
export async function runApplications(arena: Arena, order: Order): Promise<TimedRun> {
  const project = await makeProject(arena.scale, order);
  try {
    const { run } = commandLine(arena, project);
    await run("render and plan", ["plan", "bench"]);
    const created = await run(`create, ${order}`, ["up", "bench", "--yes"]);
    await run("destroy", ["destroy", "bench", "--yes"]);
    return created;
  } finally {
    await project.remove();
  }
}

/** Plans and policy checks of the same objects, neither with an engine; seconds of each run after a first that fills caches. */
export async function runPolicy(arena: Arena, runs: number): Promise<PolicyRuns> {
  const project = await makeProject(arena.scale);
  try {
    const { run } = commandLine(arena, project);
    await run("plan", ["plan", "bench"]);
    await run("policy check", ["policy", "check", "bench"]);
    const plans: TimedRun[] = [];
    const checks: TimedRun[] = [];
    for (let count = 0; count < runs; count++) {
      plans.push(await run("plan", ["plan", "bench"]));
      checks.push(await run("policy check", ["policy", "check", "bench"]));
    }
    return { plans, checks };
  } finally {
    await project.remove();
  }
}

/** A pack of no rules, which the engine does not ask either. */
const emptyPack = join(repository, "bench", "no-rules");

/** Previews with every rule of the pack, and with a pack of none, in turns: what rules add. */
export async function runPreviews(arena: Arena, runs: number): Promise<Previews> {
  const project = await makeProject(arena.scale);
  try {
    const { run } = commandLine(arena, project);
    const file = "environments/bench.yaml";
    const text = await readFile(join(project.folder, file), "utf8");
    await cp(emptyPack, join(project.folder, "no-rules"), { recursive: true });
    await run("plan", ["plan", "bench"]);
    const previews: { readonly ruled: TimedRun[]; readonly free: TimedRun[] } = { ruled: [], free: [] };
    for (let count = 0; count < runs; count++) {
      await project.write(file, `${text}policy: { packs: [no-rules] }\n`);
      previews.free.push(await run("preview without rules", ["preview", "bench"]));
      await project.write(file, `${text}policy: { config: { all: advisory } }\n`);
      previews.ruled.push(await run("preview with all rules", ["preview", "bench"]));
    }
    return previews;
  } finally {
    await project.remove();
  }
}

/** What `runPreviews` measured. */
export interface Previews {
  /** With every rule of the pack. */
  readonly ruled: readonly TimedRun[];
  /** Without any. */
  readonly free: readonly TimedRun[];
}

/** What `runPolicy` measured. */
export interface PolicyRuns {
  readonly plans: readonly TimedRun[];
  readonly checks: readonly TimedRun[];
}

/** Seconds of the first update, and of the recovery after the cluster was lost. */
export async function runRecovery(
  arena: Arena,
  lose: () => Promise<void>,
): Promise<{ readonly up: number; readonly recover: number }> {
  const project = await makeProject(arena.scale);
  try {
    const { run } = commandLine(arena, project);
    const up = await run("create", ["up", "bench", "--yes"]);
    await lose();
    const recover = await run("recover", ["recover", "bench", "--yes"]);
    return { up: up.seconds, recover: recover.seconds };
  } finally {
    await project.remove();
  }
}

/** How applications depend on each other. */
export type Order = "independent" | "in a chain";

interface CommandLine {
  readonly run: (name: string, args: readonly string[]) => Promise<TimedRun>;
  /** The peaks of all runs so far. */
  readonly memory: () => PeakMemory;
}

function commandLine(arena: Arena, { folder, cache }: TestProject): CommandLine {
  let memory: PeakMemory = {};
  const env = { ...arena.env, XDG_CACHE_HOME: cache, KUBECONFIG: arena.kubeconfig };
  const command = [join(repository, "automation", "main.ts"), "-C", folder];
  return {
    run: async (name, args) => {
      arena.progress(`driftless: ${name}`);
      const timed = await timedRun(process.execPath, [...command, ...args, "--json"], { cwd: folder, env });
      memory = mergePeaks(memory, timed.memory);
      return timed;
    },
    memory: () => memory,
  };
}

/** A project of its own with one application folder each in its config repository. */
async function makeProject(scale: Scale, order: Order = "independent"): Promise<TestProject> {
  const project = await createTestProject();
  const folders = Array.from({ length: scale.applications }, (_, index) => {
    return [
      `${applicationName(index)}/objects.yaml`,
      manifestText(applicationObjects(scale, index, namespace)),
    ] as const;
  });
  const revision = await project.commit(Object.fromEntries(folders));
  await project.write("environments/bench.yaml", stringify(environmentDocument(scale, revision, order)));
  return project;
}

function environmentDocument({ applications }: Scale, revision: string, order: Order) {
  const needs = (index: number): object =>
    order === "in a chain" && index > 0 ? { dependsOn: [applicationName(index - 1)] } : {};
  return {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "Environment",
    metadata: { name: "bench" },
    source: { repo: "config.git", local: true, revision },
    clusters: { main: { kubeconfig: {} } },
    tenants: { bench: { namespaces: [namespace] } },
    applications: Object.fromEntries(
      Array.from({ length: applications }, (_, index) => [
        applicationName(index),
        { tenant: "bench", path: applicationName(index), health: { timeout: "10m" }, ...needs(index) },
      ]),
    ),
  };
}
