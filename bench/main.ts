import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, homedir, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deleteCluster, startCluster } from "../toolchain/local-cluster/cluster.ts";
import { ensureTools, toolGroups, toolPath } from "../toolchain/toolchain.ts";
import { benchDrift, driftParts, type DriftBenchReport } from "./drift/bench.ts";
import { formatDrift } from "./drift/format.ts";
import { benchChain, formatChain, type ChainReport } from "./chain.ts";
import { benchPolicy, formatPolicy, type PolicyReport } from "./policy.ts";
import { benchRecover, formatRecover, type RecoverReport } from "./recover.ts";
import { benchReview, formatReview, type ReviewBenchReport } from "./review/bench.ts";
import { benchRollout, formatRollout, type RolloutReport } from "./rollout.ts";
import { phaseNames, type Arena, type Measured } from "./contestants/contestant.ts";
import { runDriftless } from "./contestants/driftless.ts";
import { runFlux, runKubectl } from "./contestants/peers.ts";
import type { Scale } from "./objects.ts";
import { benchTenants, formatTenants, type TenantReport } from "./tenants/bench.ts";
import { contestants, formatReport, type BenchReport, type Contestant } from "./table.ts";

const help = `Usage: npm run bench -- [objects | chain | policy | drift | tenants | rollout | recover | review] [--objects <n>] [--applications <n>] [--json <file>]

objects  Creates the same objects on one local cluster with Driftless, kubectl and Flux's apply engine, one after the
         other, and prints what each took. Default: 1000 objects in 200 applications.
chain    Creates applications of which each depends on the one before, beside the documented delays of Flux and
         Argo CD. Default: 150 objects in 50 applications.

policy   Checks 1,000 and 10,000 objects against the policy pack, beside the plan that the check needs.
drift    Looks for drift with Driftless, kubectl diff, Flux's dry run and a refreshed preview: where nothing has drifted,
         in the noise of controllers, and after a drift of every kind. Default: 1000 objects, 60 --minutes of noise, and
         then --times 10 as many objects. --parts speed,noise,table,heal,watch,large: only some of it.

tenants  Plans, previews and updates tenants on several clusters, beside Flux's dry run and kubectl diff on each of them. Default:
         20 --tenants with 5 applications of 3 objects each on 5 --clusters.
rollout  Updates five local clusters one after the other, beside kubectl apply and rollout status in the same order.
         Default: 100 objects with 20 Deployments on each.
recover  Loses the cluster with all that it holds and makes it again with driftless recover, beside the first update and
         kubectl apply. Default: 1000 objects in 200 applications.
review   Reviews a change of one of 92 applications, and of all, without a cluster, beside kustomize, helm and diff alone.
         --applications: another number of them.

An application has at least 3 objects: a Deployment without its ServiceAccount never gets a pod.

--json writes the figures to a file as well.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    objects: { type: "string" },
    applications: { type: "string" },
    times: { type: "string", default: "10" },
    tenants: { type: "string", default: "20" },
    clusters: { type: "string", default: "5" },
    minutes: { type: "string", default: "60" },
    parts: { type: "string", default: driftParts.join() },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const modes: Readonly<Record<string, (arena: Arena, tools: Tools) => Promise<void>>> = {
  objects,
  chain,
  policy,
  drift,
  tenants,
  rollout,
  recover,
};

const [mode = "objects", ...rest] = positionals;
const scale: Scale = {
  objects: Number(values.objects ?? (mode === "chain" ? 150 : mode === "rollout" ? 100 : 1000)),
  applications: Number(values.applications ?? (mode === "chain" ? 50 : mode === "rollout" ? 20 : 200)),
};
const valid =
  Number.isInteger(scale.objects) &&
  Number.isInteger(scale.applications) &&
  scale.applications > 0 &&
  scale.objects >= 3 * scale.applications &&
  Object.keys(modes).includes(mode) &&
  rest.length === 0;

if (values.help) {
  process.stdout.write(help);
} else if (mode === "review" && rest.length === 0) {
  await review();
} else if (!valid) {
  process.stderr.write(help);
  process.exit(1);
} else {
  await inArena(scale, modes[mode] ?? objects);
}

/** Needs no cluster. */
async function review(): Promise<void> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const tools = await ensureTools(toolGroups.render, { cache, env: process.env, progress });
  const env = { ...process.env, PATH: toolPath(tools, process.env) };
  const report = await benchReview({ env, applications: Number(values.applications ?? 92), progress });
  await print(formatReview(report), report);
}

async function policy(arena: Arena): Promise<void> {
  const report = await benchPolicy(arena);
  await print(formatPolicy(report), report);
}

async function drift(arena: Arena, tools: Tools): Promise<void> {
  const [times, minutes] = [Number(values.times), Number(values.minutes)];
  const parts = new Set(driftParts.filter((part) => values.parts.split(",").includes(part)));
  const report = await benchDrift(arena, tools, { times, minutes, parts });
  await print(formatDrift(report), report);
}

async function tenants(arena: Arena, tools: Tools): Promise<void> {
  const [tenants, clusters] = [Number(values.tenants), Number(values.clusters)];
  const report = await benchTenants(arena, tools, { tenants, clusters, applications: 5 });
  await print(formatTenants(report), report);
}

async function objects(arena: Arena, tools: Tools): Promise<void> {
  const kubectl = tools.get("kubectl")?.path ?? "kubectl";
  const measured = {
    flux: await runFlux(arena, tools.get("flux-ssa")?.path ?? "flux-ssa", kubectl),
    kubectl: await runKubectl(arena, kubectl),
    driftless: await runDriftless(arena),
  };
  const report = toReport(scale, measured);
  await print(formatReport(report), report);
}

async function rollout(arena: Arena, tools: Tools): Promise<void> {
  const report = await benchRollout(arena, tools);
  await print(formatRollout(report), report);
}

async function recover(arena: Arena, tools: Tools): Promise<void> {
  const lose = async (): Promise<void> => {
    arena.progress("losing the cluster");
    const folder = join(arena.folder, "cluster");
    await deleteCluster(folder);
    await startCluster({ folder, name: "bench", tools, progress: () => undefined });
  };
  const report = await benchRecover(arena, tools.get("kubectl")?.path ?? "kubectl", lose);
  await print(formatRecover(report), report);
}

async function chain(arena: Arena): Promise<void> {
  const report = await benchChain(arena);
  await print(formatChain(report), report);
}

async function print(text: string, report: Report): Promise<void> {
  process.stdout.write(text);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

type Report =
  | BenchReport
  | ChainReport
  | PolicyReport
  | DriftBenchReport
  | TenantReport
  | RolloutReport
  | RecoverReport
  | ReviewBenchReport;

type Tools = Awaited<ReturnType<typeof ensureTools>>;

/** Does something with a cluster of its own. */
async function inArena(scale: Scale, work: (arena: Arena, tools: Tools) => Promise<void>): Promise<void> {
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
    await work({ scale, folder, kubeconfig: cluster.kubeconfig, env, progress }, tools);
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
    parts: measured.driftless.parts ?? [],
    cpu: measured.driftless.cpu ?? {},
    memory: Object.fromEntries(contestants.map((contestant) => [contestant, measured[contestant].memory])),
  };
}
