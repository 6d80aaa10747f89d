import { keptBaseline, plainKey, withBaseline, type KeptBaseline } from "../../core/drift/stash.ts";
import { sameJson } from "../../core/manifest/json.ts";
import { rollbacksJson, type PendingRollback } from "../../core/rollback/pending.ts";
import { restoreSettings } from "./stack.ts";
import { exportSecretState, exportState, importState } from "./state.ts";
import type { Workspace } from "./workspace.ts";

/** Writes a baseline into the state of a stack, if it has a place for one and that holds another. */
export async function keepBaseline(workspace: Workspace, kept: KeptBaseline): Promise<void> {
  const state = await exportState(workspace);
  const known = keptBaseline(state?.deployment);
  if (state === undefined || known === undefined) return;
  if (known.baseline === kept.baseline && (kept.key === undefined || known.key === kept.key)) return;
  await restoreSettings(workspace, state);
  await importState(workspace, { ...state, deployment: withBaseline(state.deployment, { ...known, ...kept }) });
}

/** Writes into the state which rollbacks Git does not say yet, if it has a place for them. */
export async function keepRollbacks(workspace: Workspace, pending: readonly PendingRollback[]): Promise<boolean> {
  const state = await exportState(workspace);
  const kept = keptBaseline(state?.deployment);
  if (state === undefined || kept === undefined) return false;
  const { rollbacks: before = [], ...rest } = kept;
  const rollbacks = rollbacksJson(pending);
  if (sameJson(before, rollbacks)) return true;
  await restoreSettings(workspace, state);
  const next = pending.length === 0 ? rest : { ...rest, rollbacks };
  await importState(workspace, { ...state, deployment: withBaseline(state.deployment, next) });
  return true;
}

/** The key of the hashes of Secrets; undefined if none was made yet. */
export async function baselineKey(workspace: Workspace): Promise<string | undefined> {
  const key = keptBaseline((await exportState(workspace))?.deployment)?.key;
  if (key === undefined) return undefined;
  return plainKey(keptBaseline((await exportSecretState(workspace))?.deployment)?.key);
}
