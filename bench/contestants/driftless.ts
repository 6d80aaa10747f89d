import { join } from "node:path";
import { stringify } from "yaml";
import { createTestProject, repository, type TestProject } from "../../test/support/pulumi-project.ts";
import { applicationName, applicationObjects, type Scale } from "../objects.ts";
import type { PeakMemory } from "../memory.ts";
import { timedRun } from "../timed-run.ts";
import { mergePeaks, phaseNames, type Arena, type Measured } from "./contestant.ts";

const namespace = "bench-driftless";

/** Driftless as its user runs it: the command line in a process of its own, with the policy pack. */
export async function runDriftless(arena: Arena): Promise<Measured> {
  const project = await makeProject(arena);
  try {
    return await runPhases(arena, project);
  } finally {
    await project.remove();
  }
}

async function runPhases(arena: Arena, { folder, cache }: TestProject): Promise<Measured> {
  const seconds: Record<string, number> = {};
  let memory: PeakMemory = {};
  const env = { ...arena.env, XDG_CACHE_HOME: cache, KUBECONFIG: arena.kubeconfig };
  const command = [join(repository, "automation", "main.ts"), "-C", folder];
  const run = async (name: string, args: readonly string[]): Promise<number> => {
    arena.progress(`driftless: ${name}`);
    const timed = await timedRun(process.execPath, [...command, ...args, "--json"], { cwd: folder, env });
    memory = mergePeaks(memory, timed.memory);
    return timed.seconds;
  };
  const phases = [
    [phaseNames.planCold, ["plan", "bench"]],
    [phaseNames.planWarm, ["plan", "bench"]],
    [phaseNames.previewNew, ["preview", "bench"]],
    [phaseNames.create, ["up", "bench", "--yes"]],
    [phaseNames.preview, ["preview", "bench"]],
    [phaseNames.refresh, ["preview", "bench", "--refresh"]],
    [phaseNames.noOp, ["up", "bench", "--yes"]],
  ] as const;
  for (const [name, args] of phases) seconds[name] = await run(name, args);
  await run("destroy", ["destroy", "bench", "--yes"]);
  return { seconds, memory };
}

/** A project of its own with one application folder each in its config repository. */
async function makeProject({ scale }: Arena): Promise<TestProject> {
  const project = await createTestProject();
  const folders = Array.from({ length: scale.applications }, (_, index) => {
    const objects = applicationObjects(scale, index, namespace).map((object) => stringify(object));
    return [`${applicationName(index)}/objects.yaml`, objects.join("---\n")] as const;
  });
  const revision = await project.commit(Object.fromEntries(folders));
  await project.write("environments/bench.yaml", stringify(environmentDocument(scale, revision)));
  return project;
}

function environmentDocument({ applications }: Scale, revision: string) {
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
        { tenant: "bench", path: applicationName(index), health: { timeout: "10m" } },
      ]),
    ),
  };
}
