import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { deleteCluster, startCluster } from "../../toolchain/local-cluster/cluster.ts";
import { repository } from "../../test/support/pulumi-project.ts";
import type { Tool, ToolName } from "../../toolchain/toolchain.ts";
import type { Arena } from "../contestants/contestant.ts";
import { timedRun, type TimedRun } from "../timed-run.ts";
import { align } from "../table.ts";
import { kubeconfigVariable, makeTenantProject, objectsEach, peerManifests, type TenantScale } from "./world.ts";

/** What a command on all clusters took. */
export interface TenantRow {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of it in processes of the provider. */
  readonly providerSeconds: number;
  /** Peak of all processes, what they share counted once where the system tells. */
  readonly bytes: number;
}

/** What tenants on many clusters cost. */
export interface TenantReport extends TenantScale {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "TenantBenchReport";
  readonly rows: readonly TenantRow[];
}

/** The row beside which all others are set. */
const fluxDiff = "flux diff";

type Tools = ReadonlyMap<ToolName, Tool>;

/** Plans, previews and updates tenants on clusters of their own, and has Flux and kubectl compare the same objects. */
export async function benchTenants(arena: Arena, tools: Tools, scale: TenantScale): Promise<TenantReport> {
  const folders = Array.from({ length: scale.clusters - 1 }, (_, index) => join(arena.folder, `tenants-${index + 1}`));
  const kubeconfigs = [arena.kubeconfig];
  try {
    // One at a time: what starts together starves each other.
    for (const [index, folder] of folders.entries()) {
      const more = await startCluster({
        folder,
        name: `c${index + 1}`,
        tools,
        progress: (line) => arena.progress(line),
      });
      kubeconfigs.push(more.kubeconfig);
    }
    const ours = await driftless(arena, scale, kubeconfigs);
    const peers = await compare(arena, tools, scale, kubeconfigs);
    return { apiVersion: "driftless.dev/v1alpha1", kind: "TenantBenchReport", ...scale, rows: [...ours, ...peers] };
  } finally {
    for (const folder of folders) await deleteCluster(folder);
  }
}

async function driftless(
  arena: Arena,
  scale: TenantScale,
  kubeconfigs: readonly string[],
): Promise<readonly TenantRow[]> {
  const project = await makeTenantProject(scale);
  const variables = kubeconfigs.map((kubeconfig, index) => [kubeconfigVariable(index), kubeconfig] as const);
  const env = { ...arena.env, ...Object.fromEntries(variables), XDG_CACHE_HOME: project.cacheHome };
  const rows: TenantRow[] = [];
  const run = async (name: string, args: readonly string[]): Promise<void> => {
    arena.progress(`driftless: ${name}`);
    const command = [join(repository, "bin", "driftless.js"), "-C", project.folder, ...args, "--json"];
    rows.push(toRow(`driftless ${name}`, [await timedRun(process.execPath, command, { cwd: project.folder, env })]));
  };
  try {
    await run("plan, nothing cached", ["plan", "bench"]);
    await run("plan", ["plan", "bench"]);
    await run("preview, nothing there", ["preview", "bench"]);
    await run("up, everything", ["up", "bench", "--yes"]);
    await run("preview, nothing to do", ["preview", "bench"]);
    await run("up, nothing to do", ["up", "bench", "--yes"]);
    await project.changeOne();
    await run("up, one object on each cluster", ["up", "bench", "--yes"]);
    await run("preview, nothing to do, then", ["preview", "bench"]);
    return rows;
  } finally {
    await project.remove();
  }
}

/** The same objects in namespaces of the peers' own, one cluster after the other: each knows one. */
async function compare(
  arena: Arena,
  tools: Tools,
  scale: TenantScale,
  kubeconfigs: readonly string[],
): Promise<readonly TenantRow[]> {
  const { folder, env } = arena;
  const file = join(folder, "tenants.yaml");
  await writeFile(file, peerManifests(scale, "peer-"));
  const flux = tools.get("flux-ssa")?.path ?? "flux-ssa";
  const kubectl = tools.get("kubectl")?.path ?? "kubectl";
  const onEach = async (
    name: string,
    of: (kubeconfig: string) => readonly [string, ...string[]],
  ): Promise<TenantRow> => {
    arena.progress(name);
    const runs: TimedRun[] = [];
    for (const kubeconfig of kubeconfigs) {
      const [program, ...args] = of(kubeconfig);
      runs.push(await timedRun(program, args, { cwd: folder, env: { ...env, KUBECONFIG: kubeconfig } }));
    }
    return toRow(name, runs);
  };
  return [
    await onEach("flux apply", (kubeconfig) => [flux, "apply", kubeconfig, file]),
    await onEach(fluxDiff, (kubeconfig) => [flux, "diff", kubeconfig, file]),
    await onEach("kubectl diff", () => [kubectl, "diff", "--server-side", "--field-manager=flux-ssa", "-f", file]),
  ];
}

function toRow(name: string, runs: readonly TimedRun[]): TenantRow {
  const sum = (of: (run: TimedRun) => number | undefined): number =>
    runs.reduce((total, run) => total + (of(run) ?? 0), 0);
  return {
    name,
    seconds: sum(({ seconds }) => seconds),
    cpuSeconds: sum(({ cpu }) => cpu["all"]),
    providerSeconds: sum(({ cpu }) => cpu["provider"]),
    bytes: Math.max(...runs.map(({ share, memory }) => share["all"] ?? memory["all"] ?? 0)),
  };
}

/** The report as a person reads it. */
export function formatTenants({ tenants, clusters, applications, rows }: TenantReport): string {
  const objects = tenants * applications * clusters * objectsEach;
  const beside = rows.find(({ name }) => name === fluxDiff)?.seconds ?? Number.NaN;
  const table = rows.map(({ name, seconds, cpuSeconds, providerSeconds, bytes }) => [
    name,
    seconds.toFixed(1),
    `${(seconds / beside).toFixed(1)}x`,
    ...[cpuSeconds, providerSeconds].map((value) => value.toFixed(1)),
    `${Math.round(bytes / 1e6)} MB`,
  ]);
  return [
    `${tenants} tenants of ${applications} applications on ${clusters} clusters: ${objects} objects and those of the tenants`,
    "",
    align([["", "seconds", `of ${fluxDiff}`, "CPU", "of it providers", "memory"], ...table]),
    "",
  ].join("\n");
}
