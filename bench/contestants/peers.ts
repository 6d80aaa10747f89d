import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { applicationObjects, manifestText } from "../objects.ts";
import type { PeakMemory } from "../processes.ts";
import { timedRun } from "../timed-run.ts";
import { mergePeaks, phaseNames, type Arena, type Measured } from "./contestant.ts";

/** kubectl with server-side apply, and `wait` for the Deployments. */
export async function runKubectl(arena: Arena, kubectl: string): Promise<Measured> {
  const namespace = "bench-kubectl";
  const file = await writeManifests(arena, namespace);
  const run = timer(arena, "kubectl", kubectl);
  const apply = ["apply", "--server-side", "-f", file];
  const created = await run(phaseNames.create, apply);
  const waited = await run(phaseNames.create, waitArguments(namespace));
  const refreshed = await run(phaseNames.refresh, ["diff", "--server-side", "-f", file]);
  const again = await run(phaseNames.noOp, apply);
  await run("remove", ["delete", "namespace", namespace, "--wait=true"]);
  return {
    seconds: {
      [phaseNames.create]: created.seconds + waited.seconds,
      [phaseNames.refresh]: refreshed.seconds,
      [phaseNames.noOp]: again.seconds,
    },
    memory: { kubectl: [created, waited, refreshed, again].reduce(peakOf, 0) },
  };
}

/** Seconds in which kubectl creates the same objects and waits for the Deployments. */
export async function applyAll(arena: Arena, kubectl: string): Promise<number> {
  const namespace = "bench-kubectl";
  const file = await writeManifests(arena, namespace);
  const run = timer(arena, "kubectl", kubectl);
  const created = await run(phaseNames.create, ["apply", "--server-side", "-f", file]);
  const waited = await run(phaseNames.create, waitArguments(namespace));
  return created.seconds + waited.seconds;
}

function waitArguments(namespace: string): readonly string[] {
  return ["wait", "deployment", "--all", "-n", namespace, "--for=condition=Available", "--timeout=10m"];
}

/** Flux's apply engine, which waits as kustomize-controller does. */
export async function runFlux(arena: Arena, flux: string, kubectl: string): Promise<Measured> {
  const namespace = "bench-flux";
  const file = await writeManifests(arena, namespace);
  const run = timer(arena, "flux", flux);
  const created = await run(phaseNames.create, ["apply", arena.kubeconfig, file]);
  const refreshed = await run(phaseNames.refresh, ["diff", arena.kubeconfig, file]);
  const again = await run(phaseNames.noOp, ["apply", arena.kubeconfig, file]);
  await timer(arena, "flux", kubectl)("remove", ["delete", "namespace", namespace, "--wait=true"]);
  return {
    seconds: {
      [phaseNames.create]: created.seconds,
      [phaseNames.refresh]: refreshed.seconds,
      [phaseNames.noOp]: again.seconds,
    },
    memory: { "flux-ssa": [created, refreshed, again].reduce(peakOf, 0) },
  };
}

function timer(arena: Arena, contestant: string, file: string) {
  const env = { ...arena.env, KUBECONFIG: arena.kubeconfig };
  return (name: string, args: readonly string[]) => {
    arena.progress(`${contestant}: ${name}`);
    return timedRun(file, args, { cwd: arena.folder, env });
  };
}

function peakOf(peak: number, run: { readonly memory: PeakMemory }): number {
  return mergePeaks({ all: peak }, run.memory)["all"] ?? peak;
}

/** The same objects as ours, in a namespace of the peer's own, as one file. */
export async function writeManifests(
  { scale, folder }: Pick<Arena, "scale" | "folder">,
  namespace: string,
  more: readonly object[] = [],
): Promise<string> {
  const objects = Array.from({ length: scale.applications }, (_, index) => applicationObjects(scale, index, namespace));
  const all = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...objects.flat(), ...more];
  const file = join(folder, `${namespace}.yaml`);
  await writeFile(file, manifestText(all));
  return file;
}
