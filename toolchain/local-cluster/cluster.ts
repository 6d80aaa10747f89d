import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../core/errors/error.ts";
import { kubernetesVersion } from "../parts/control-plane.ts";
import { withLock } from "../process/lock.ts";
import type { Tool, ToolName } from "../toolchain.ts";
import type { ClusterPrograms } from "./commands.ts";
import { serverOf } from "./kubeconfig.ts";
import { kubeconfigPath, names, programs, type ProgramName } from "./layout.ts";
import { stopProgram } from "./process.ts";
import { createSettings, readSettings, type AuditLevel, type ClusterSettings } from "./settings.ts";
import { startPrograms, stoppedPrograms } from "./start.ts";

/** A local cluster that runs. */
export interface LocalCluster {
  readonly name: string;
  readonly folder: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Context in that kubeconfig: the cluster's name. */
  readonly context: string;
  /** Address of the API server; the same after every restart. */
  readonly server: string;
  /** Version of Kubernetes. */
  readonly version: string;
}

/** How a local cluster is. `partial`: some of its programs have ended; a start mends it. */
export interface ClusterStatus {
  readonly state: "absent" | "stopped" | "partial" | "running";
  readonly cluster?: LocalCluster;
  /** Programs that do not run. */
  readonly stopped: readonly ProgramName[];
}

/** What starting a local cluster needs. */
export interface StartRequest {
  /** Everything of the cluster lives in this folder, data included. */
  readonly folder: string;
  /** Lower-case letters, digits and `-`, 40 at most. */
  readonly name: string;
  /** With `control-plane` and `kwok`. */
  readonly tools: ReadonlyMap<ToolName, Tool>;
  readonly progress: (line: string) => void;
  /** Has a new cluster keep an audit log of this level in `audit.log`. One that is there stays as it was made. */
  readonly audit?: AuditLevel | undefined;
  /** Has the API server of a new cluster ask this service who tokens are of that it does not know. */
  readonly tokenReview?: string | undefined;
}

const graceMs = 3_000;

/**
 * Starts a local control plane: a real API server with its controllers and scheduler, and one large node whose pods
 * are played by kwok. Starting a cluster that runs does nothing; one that was stopped, or lost some of its programs,
 * comes back with its data at the same address.
 * @throws {DriftlessError} CLUSTER_START_FAILED, NAME_INVALID, TOOL_MISSING.
 */
export async function startCluster({
  folder,
  name,
  tools,
  progress,
  audit,
  tokenReview,
}: StartRequest): Promise<LocalCluster> {
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) {
    throw failure(
      "NAME_INVALID",
      `"${name}" cannot be the name of a local cluster.`,
      "Use lower-case letters, digits and -, 40 at most.",
    );
  }
  const executables = clusterPrograms(tools);
  const asked = { ...(audit === undefined ? {} : { audit }), ...(tokenReview === undefined ? {} : { tokenReview }) };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return withLock(join(folder, names.lock), async () => {
    const settings = (await readSettings(folder)) ?? (await createSettings(folder, name, asked));
    await startPrograms(folder, settings, executables, () =>
      progress(`starting the local cluster "${settings.name}" (Kubernetes ${kubernetesVersion})`),
    );
    return describeCluster(folder, settings);
  });
}

/** Stops a local cluster and waits until all of it is gone; its data stays. A cluster that does not run is fine. */
export async function stopCluster(folder: string): Promise<void> {
  if ((await readSettings(folder)) === undefined) return;
  await withLock(join(folder, names.lock), async () => {
    // Nobody writes any more when etcd ends. The API server waits up to 10 s for watches that nobody misses.
    await Promise.all(programs.slice(1).map((program) => stopProgram(folder, program, graceMs)));
    await stopProgram(folder, "etcd", graceMs);
  });
}

/** Stops a local cluster and removes it with its data. */
export async function deleteCluster(folder: string): Promise<void> {
  await stopCluster(folder);
  await rm(folder, { recursive: true, force: true });
}

/** How the local cluster in this folder is; changes nothing. */
export async function clusterStatus(folder: string): Promise<ClusterStatus> {
  const settings = await readSettings(folder);
  if (settings === undefined) return { state: "absent", stopped: programs };
  const stopped = await stoppedPrograms(folder);
  const state = stopped.length === 0 ? "running" : stopped.length === programs.length ? "stopped" : "partial";
  return { state, cluster: describeCluster(folder, settings), stopped };
}

function describeCluster(folder: string, settings: ClusterSettings): LocalCluster {
  return {
    name: settings.name,
    folder,
    kubeconfig: kubeconfigPath(folder),
    context: settings.name,
    server: serverOf(settings),
    version: kubernetesVersion,
  };
}

function clusterPrograms(tools: ReadonlyMap<ToolName, Tool>): ClusterPrograms {
  const controlPlane = tools.get("control-plane")?.path;
  const kwok = tools.get("kwok")?.path;
  if (controlPlane !== undefined && kwok !== undefined) return { controlPlane, kwok };
  throw failure(
    "TOOL_MISSING",
    "The programs of the local cluster are missing.",
    "Run `driftless doctor` to see what is missing and how to get it.",
  );
}
