import { keptIdentities } from "../../core/cluster/identity.ts";
import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { objectOfUrn, parseUrn, type ObjectIdentity } from "../../core/plan/identity.ts";
import { ApiServer, unreachable } from "../../live/api-server.ts";
import { holderState, lockedBy, readLocks, removeLocks } from "./lock.ts";
import { openRun } from "./open-run.ts";
import { adopt, isOurs, pendingObjects, pendingOperations, pendingUnknown, settle } from "./pending.ts";
import type { PendingOperation } from "./pending.ts";
import { killLeftovers } from "./processes.ts";
import { processAtWork, type RunLog, type RunRecord } from "./run-record.ts";
import { restoreSettings } from "./stack.ts";
import { exportState, importState } from "./state.ts";
import { removeDebris } from "./state-files.ts";
import { asText } from "./text.ts";
import type { Recovery } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** What the recovery works on. */
export interface RecoveryInput {
  readonly workspace: Workspace;
  readonly log: RunLog;
  readonly clusters: Readonly<Record<string, ClusterSpec>>;
  readonly context: KubeconfigContext & { readonly signal?: AbortSignal | undefined };
  readonly progress: (line: string) => void;
}

/**
 * Makes a stack fit for the next run after one that was killed: releases the lock of a holder that is proven dead, ends
 * what is left of its processes, and finds out about every object whose creation was cut short. Such an object, if it
 * exists and is ours, goes into the state as if the engine had lived to write it: the next update keeps, changes or
 * deletes it like any other. Throws LOCKED while the holder may be alive.
 */
export async function recover(input: RecoveryInput): Promise<Recovery> {
  const { workspace, log } = input;
  const noted = await log.read();
  const released = await releaseLocks(input);
  if (noted !== undefined) await endLeftovers(noted, workspace.stackName);
  if (workspace.files !== undefined && (released || noted !== undefined)) await removeDebris(workspace.files);
  const state = await exportState(workspace);
  const pending = state === undefined ? [] : pendingOperations(state.deployment);
  if (state === undefined || pending.length === 0) {
    return { interrupted: noted !== undefined || openRun(state) !== undefined, adopted: [], cleared: [] };
  }
  refuseUnknown(pending);
  input.progress("the last run was interrupted; finding out what it had begun");
  // Kept until an update has succeeded: what was being changed has to be compared with the cluster.
  if (noted === undefined) await log.begin();
  const context = { ...input.context, identities: keptIdentities(state.deployment) };
  const found = await Promise.all(
    pendingObjects(pending).map((operation) => findLive(operation, { ...input, context })),
  );
  const adopted = found.flatMap(({ operation, live }) => (live === undefined ? [] : [adopt(operation, live)]));
  await restoreSettings(workspace, state);
  await importState(workspace, { ...state, deployment: settle(state.deployment, adopted) });
  const names = (exists: boolean): readonly string[] =>
    found.flatMap(({ operation, live }) =>
      (live !== undefined) === exists ? [parseUrn(operation.urn)?.name ?? operation.urn] : [],
    );
  return { interrupted: true, adopted: names(true), cleared: names(false) };
}

/** Kills what a dead run has left. A run that has not taken the lock yet is not dead: throws LOCKED. */
async function endLeftovers(noted: RunRecord, stack: string): Promise<void> {
  const pid = await processAtWork(noted);
  if (pid !== undefined) {
    const message = `The environment "${stack}" is locked by another run of this project (process ${pid}).`;
    throw failure("LOCKED", message, "Wait until that run has ended.");
  }
  await killLeftovers(noted.run);
}

/** Removes locks whose holders are dead; false if there are none. Throws LOCKED for the first one that may not be. */
export async function releaseLocks({ workspace, log, progress }: RecoveryInput): Promise<boolean> {
  const { files } = workspace;
  if (files === undefined) return false;
  const locks = await readLocks(files.locks);
  const noted = await log.read();
  for (const lock of locks) {
    const state = await holderState(lock, noted);
    if (state !== "dead") throw lockedBy(lock, state, workspace.stackName);
  }
  if (locks.length > 0) progress("released the lock of a run that is dead");
  await removeLocks(locks);
  return locks.length > 0;
}

interface Found {
  readonly operation: PendingOperation;
  /** Absent if the object does not exist, or is not ours. */
  readonly live?: JsonObject;
}

async function findLive(operation: PendingOperation, { workspace, clusters, context }: RecoveryInput): Promise<Found> {
  const identity = objectOfUrn(operation.urn);
  if (identity === undefined) return { operation };
  const spec = clusters[identity.cluster];
  if (spec === undefined) {
    const reason = "the environment no longer names it, and an object on it was being created";
    throw unreachable(identity.cluster, undefined, reason);
  }
  const server = await ApiServer.open(identity.cluster, spec, context);
  const live = await readObject(server, operation, identity);
  return live !== undefined && isOurs(live, workspace.stackName) ? { operation, live } : { operation };
}

function readObject(
  server: ApiServer,
  operation: PendingOperation,
  { namespace, name }: ObjectIdentity,
): Promise<JsonObject | undefined> {
  const { apiVersion, kind } = record(operation.resource["inputs"]);
  return server.read(asText(apiVersion), asText(kind), namespace, name);
}

/** Resources of other providers may exist without anybody knowing their id: a person has to say. */
function refuseUnknown(pending: readonly PendingOperation[]): void {
  const unknown = pendingUnknown(pending).map(({ urn }) => parseUrn(urn)?.name ?? urn);
  if (unknown.length === 0) return;
  throw failure(
    "ENGINE_FAILED",
    `The last run was killed while it created ${unknown.join(", ")}; whether they exist cannot be told.`,
    "Run `pulumi refresh`, which asks about each of them.",
  );
}
