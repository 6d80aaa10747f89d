import { sameJson } from "../../core/manifest/json.ts";
import { rollbacksOutput } from "../../core/rollback/output.ts";
import { rollbacksJson, type PendingRollback } from "../../core/rollback/pending.ts";
import { restoreSettings } from "./stack.ts";
import { stackOutputs, withStackOutput } from "./stack-outputs.ts";
import { exportState, importState } from "./state.ts";
import type { Workspace } from "./workspace.ts";

/** Writes into the state which rollbacks Git does not say yet; false if it has no place for them. */
export async function keepRollbacks(workspace: Workspace, pending: readonly PendingRollback[]): Promise<boolean> {
  const state = await exportState(workspace);
  if (state === undefined) return false;
  const rollbacks = rollbacksJson(pending);
  if (sameJson(stackOutputs(state)[rollbacksOutput] ?? [], rollbacks)) return true;
  const next = withStackOutput(state, rollbacksOutput, rollbacks);
  if (next === undefined) return false;
  await restoreSettings(workspace, state);
  await importState(workspace, next);
  return true;
}
