import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { deleteCluster, startCluster } from "../toolchain/local-cluster/cluster.ts";
import type { ensureTools } from "../toolchain/toolchain.ts";
import { createTestProject, repository } from "../test/support/pulumi-project.ts";
import type { Arena } from "./contestants/contestant.ts";
import { applicationObjects, manifestText } from "./objects.ts";
import { align } from "./table.ts";
import { timedRun } from "./timed-run.ts";

/** Seconds of whole commands, in steps over clusters, each healthy before the next begins. */
export interface RolloutReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "RolloutReport";
  readonly clusters: number;
  /** On each cluster. */
  readonly objects: number;
  readonly workloads: number;
  readonly create: Pair;
  /** Another image for every workload. */
  readonly change: Pair;
  /** Driftless without steps: all clusters at once. */
  readonly changeAtOnce: number;
}

interface Pair {
  readonly driftless: number;
  readonly kubectl: number;
}

const clusterNames = ["one", "two", "three", "four", "five"];
const ownNamespace = "bench-driftless";
const peerNamespace = "bench-kubectl";

type Tools = Awaited<ReturnType<typeof ensureTools>>;

/** Updates five clusters in steps with Driftless, and in the same order with kubectl. */
export async function benchRollout(arena: Arena, tools: Tools): Promise<RolloutReport> {
  const folders = clusterNames.map((name) => join(arena.folder, `cluster-${name}`));
  const project = await createTestProject();
  try {
    const kubeconfigs = await Promise.all(
      folders.map(async (folder, at) => {
        const name = clusterNames[at] ?? "";
        return (await startCluster({ folder, name, tools, progress: () => undefined })).kubeconfig;
      }),
    );
    const env = { ...arena.env, ...Object.fromEntries(kubeconfigs.map((file, at) => [variable(at), file])) };
    const driftless = async (image: string, rollout: unknown, what: string): Promise<number> => {
      const revision = await project.commit({ "app/objects.yaml": manifests(arena, ownNamespace, image) });
      await project.write("environments/bench.yaml", document(revision, rollout));
      arena.progress(`driftless: ${what}`);
      const command = [
        join(repository, "automation", "main.ts"),
        "-C",
        project.folder,
        "up",
        "bench",
        "--yes",
        "--json",
      ];
      const options = { cwd: project.folder, env: { ...env, XDG_CACHE_HOME: project.cache } };
      return (await timedRun(process.execPath, command, options)).seconds;
    };
    const kubectl = (image: string, what: string): Promise<number> => {
      arena.progress(`kubectl: ${what}`);
      return peer(arena, kubeconfigs, tools.get("kubectl")?.path ?? "kubectl", image);
    };
    const steps = clusterNames.map((clusters) => ({ clusters }));
    const create = { kubectl: await kubectl("1.0.0", "create"), driftless: await driftless("1.0.0", steps, "create") };
    const change = { kubectl: await kubectl("2.0.0", "change"), driftless: await driftless("2.0.0", steps, "change") };
    return {
      apiVersion: "driftless.dev/v1alpha1",
      kind: "RolloutReport",
      clusters: clusterNames.length,
      objects: arena.scale.objects,
      workloads: arena.scale.applications,
      ...{ create, change },
      changeAtOnce: await driftless("3.0.0", [], "change, all clusters at once"),
    };
  } finally {
    await project.remove();
    await Promise.all(folders.map(deleteCluster));
  }
}

/** The report as a person reads it. */
export function formatRollout({ clusters, objects, workloads, create, change, changeAtOnce }: RolloutReport): string {
  const row = (name: string, { driftless, kubectl }: Pair): string[] => [
    ...[name, driftless.toFixed(1), kubectl.toFixed(1)],
    `${(driftless / kubectl).toFixed(2)} of kubectl`,
  ];
  return [
    `${clusters} clusters one after the other, ${objects} objects (${workloads} Deployments) on each`,
    "",
    align([
      ["seconds", "driftless up", "kubectl", ""],
      row("create", create),
      row("another image", change),
      ["another image, all clusters at once", changeAtOnce.toFixed(1), "", ""],
    ]),
    "",
    "kubectl: apply --server-side and rollout status on each cluster, the next one when that has ended.",
    "",
  ].join("\n");
}

async function peer(arena: Arena, kubeconfigs: readonly string[], kubectl: string, image: string): Promise<number> {
  const file = join(arena.folder, "rollout.yaml");
  const namespace = stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: peerNamespace } });
  await writeFile(file, `${namespace}---\n${manifests(arena, peerNamespace, image)}`);
  let seconds = 0;
  for (const kubeconfig of kubeconfigs) {
    const options = { cwd: arena.folder, env: { ...arena.env, KUBECONFIG: kubeconfig } };
    const status = [
      "rollout",
      "status",
      "deployment",
      "-n",
      peerNamespace,
      "-l",
      "app.kubernetes.io/name",
      "--timeout=10m",
    ];
    for (const args of [["apply", "--server-side", "-f", file], status]) {
      seconds += (await timedRun(kubectl, args, options)).seconds;
    }
  }
  return seconds;
}

function manifests({ scale }: Arena, namespace: string, image: string): string {
  const objects = Array.from({ length: scale.applications }, (_, index) => applicationObjects(scale, index, namespace));
  return manifestText(objects.flat()).replaceAll("main:1.0.0", `main:${image}`);
}

function document(revision: string, rollout: unknown): string {
  return stringify({
    ...{ apiVersion: "driftless.dev/v1alpha1", kind: "Environment", metadata: { name: "bench" } },
    source: { repo: "config.git", local: true, revision },
    clusters: Object.fromEntries(clusterNames.map((name, at) => [name, { kubeconfig: { env: variable(at) } }])),
    tenants: { bench: { namespaces: [ownNamespace] } },
    applications: { app: { tenant: "bench", path: "app", health: { timeout: "10m" }, rollout } },
  });
}

function variable(at: number): string {
  return `KUBECONFIG_${at}`;
}
