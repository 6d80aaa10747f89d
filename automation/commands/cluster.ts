import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { ensureTools, toolGroups } from "../../toolchain/toolchain.ts";
import {
  clusterStatus,
  deleteCluster,
  startCluster,
  stopCluster,
  type ClusterStatus,
} from "../../toolchain/local-cluster/cluster.ts";
import { failure } from "../../core/errors/error.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { defineCommand, type Report } from "../command.ts";
import { columns } from "../output/columns.ts";
import { span, type Line } from "../output/line.ts";
import type { Session } from "../session.ts";
import { toolContext } from "../work.ts";

/** Name of the cluster that is meant where none is given. */
const defaultName = "local";

/** Starts, stops and shows local clusters of the project. */
export const cluster = defineCommand({
  summary: "Start, stop or show local clusters: a real API server with simulated nodes and pods.",
  description:
    "State is kept in .driftless/clusters/<name>. An environment names such a cluster as { local: { name: <name> } }.",
  arguments: [
    { syntax: "<action>", description: "what to do", choices: ["up", "down", "status"] },
    { syntax: "[name]", description: `name of the cluster (default: ${defaultName}; status: all)` },
  ],
  options: [
    { syntax: "--delete", description: "with down: remove its data too" },
    { syntax: "--audit", description: "with up, of a new cluster: keep a log of who changes what in audit.log" },
  ],
  examples: ["driftless cluster up", "driftless cluster status", "driftless cluster down local --delete"],
  document: "Cluster",
  input: z
    .object({
      action: z.enum(["up", "down", "status"]),
      name: z.string().optional(),
      delete: z.boolean().default(false),
      audit: z.boolean().default(false),
    })
    .refine((input) => !input.delete || input.action === "down", "--delete goes with down only")
    .refine((input) => !input.audit || input.action === "up", "--audit goes with up only"),
  run: async ({ action, name, delete: remove, audit }, session) => {
    if (action === "status") return report(session, name === undefined ? await names(session) : [checkName(name)]);
    const chosen = checkName(name ?? defaultName);
    const folder = folderOf(session, chosen);
    if (action === "up") {
      const tools = await ensureTools(toolGroups.cluster, toolContext(session));
      const progress = (line: string): void => session.progress.step(line);
      await startCluster({ folder, name: chosen, tools, progress, ...(audit ? { audit: "Metadata" } : {}) });
    } else {
      session.progress.step(`stopping the local cluster "${chosen}"`);
      await (remove ? deleteCluster(folder) : stopCluster(folder));
    }
    return report(session, [chosen]);
  },
});

async function report(session: Session, names: readonly string[]): Promise<Report> {
  const clusters = await Promise.all(
    names.map(async (name) => ({ name, status: await clusterStatus(folderOf(session, name)) })),
  );
  return {
    document: {
      kind: "Cluster",
      clusters: clusters.map(({ name, status }) => ({
        name,
        state: status.state,
        stopped: status.stopped,
        ...(status.cluster === undefined
          ? {}
          : { ...status.cluster, folder: undefined, kubeconfig: path(session, name) }),
      })),
    },
    lines:
      clusters.length === 0
        ? [["There is no local cluster. Start one: driftless cluster up"]]
        : columns(clusters.map(({ name, status }) => row(session, name, status))),
  };
}

function row(session: Session, name: string, { state, cluster, stopped }: ClusterStatus): Line[] {
  const tone = state === "running" ? "good" : state === "partial" ? "bad" : "faint";
  const missing = state === "partial" ? `not running: ${stopped.join(", ")}` : "";
  const version = state === "running" && cluster !== undefined ? `Kubernetes ${cluster.version}` : missing;
  return [
    [span("strong", name)],
    [span(tone, state)],
    [version],
    [state === "running" ? (cluster?.server ?? "") : ""],
    [cluster === undefined ? "" : path(session, name)],
  ];
}

async function names(session: Session): Promise<string[]> {
  const folder = join(session.project, ".driftless", "clusters");
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ignore("ENOENT"))) ?? [];
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** Refuses a name that could lead out of the folder of clusters. */
function checkName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) return name;
  throw failure(
    "NAME_INVALID",
    "A local cluster cannot have this name.",
    "Use lower-case letters, digits and -, 40 at most.",
  );
}

function folderOf({ project }: Session, name: string): string {
  return join(project, ".driftless", "clusters", name);
}

function path(session: Session, name: string): string {
  return relative(session.project, join(folderOf(session, name), "kubeconfig"));
}
