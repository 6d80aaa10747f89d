import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, homedir, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deleteCluster, startCluster } from "../toolchain/local-cluster/cluster.ts";
import { ensureTools, toolGroups, toolPath } from "../toolchain/toolchain.ts";
import { phaseNames, type Arena, type Measured } from "./contestants/contestant.ts";
import { runDriftless } from "./contestants/driftless.ts";
import { runFlux, runKubectl } from "./contestants/peers.ts";
import type { Scale } from "./objects.ts";
import { contestants, formatReport, type BenchReport, type Contestant } from "./table.ts";

const help = `Usage: npm run bench -- [--objects <n>] [--applications <n>] [--json <file>]

Creates the same objects on one local cluster with Driftless, kubectl and Flux's apply engine, one after the other,
and prints what each took. Default: 1000 objects in 200 applications. --json writes the figures to a file as well.
`;

const { values } = parseArgs({
  options: {
    objects: { type: "string", default: "1000" },
    applications: { type: "string", default: "200" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(help);
} else {
  const scale: Scale = { objects: Number(values.objects), applications: Number(values.applications) };
  if (!Number.isInteger(scale.objects) || !Number.isInteger(scale.applications) || scale.applications < 1) {
    process.stderr.write(help);
    process.exit(1);
  }
  const report = await bench(scale);
  process.stdout.write(formatReport(report));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function bench(scale: Scale): Promise<BenchReport> {
  const started = performance.now();
  const elapsed = (): string => `${Math.round((performance.now() - started) / 1000)} s`.padStart(6);
  const progress = (line: string): void => void process.stderr.write(`${elapsed()}  ${line}\n`);
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");
  const names = [...toolGroups.engine, ...toolGroups.render, ...toolGroups.cluster, ...toolGroups.bench];
  const tools = await ensureTools(names, { cache, env: process.env, progress });
  const folder = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  const clusterFolder = join(folder, "cluster");
  try {
    const cluster = await startCluster({ folder: clusterFolder, name: "bench", tools, progress });
    const env = { ...process.env, PATH: toolPath(tools, process.env) };
    const arena: Arena = { scale, folder, kubeconfig: cluster.kubeconfig, env, progress };
    const kubectl = tools.get("kubectl")?.path ?? "kubectl";
    const measured = {
      flux: await runFlux(arena, tools.get("flux-ssa")?.path ?? "flux-ssa", kubectl),
      kubectl: await runKubectl(arena, kubectl),
      driftless: await runDriftless(arena),
    };
    return toReport(scale, measured);
  } finally {
    await deleteCluster(clusterFolder);
    await rm(folder, { recursive: true, force: true });
  }
}

function toReport(scale: Scale, measured: Readonly<Record<Contestant, Measured>>): BenchReport {
  const phases = Object.values(phaseNames).map((name) => ({
    name,
    seconds: Object.fromEntries(
      contestants.flatMap((contestant) => {
        const seconds = measured[contestant].seconds[name];
        return seconds === undefined ? [] : [[contestant, seconds]];
      }),
    ),
  }));
  return {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "BenchReport",
    machine: { cores: cpus().length, memoryBytes: totalmem(), cpu: cpus()[0]?.model ?? "unknown" },
    ...scale,
    phases,
    memory: Object.fromEntries(contestants.map((contestant) => [contestant, measured[contestant].memory])),
  };
}
