import { keptBaseline, plainKey, withBaseline, type KeptBaseline } from "../../core/drift/stash.ts";
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

/** The key of the hashes of Secrets; undefined if none was made yet. */
export async function baselineKey(workspace: Workspace): Promise<string | undefined> {
  const key = keptBaseline((await exportState(workspace))?.deployment)?.key;
  if (key === undefined) return undefined;
  return plainKey(keptBaseline((await exportSecretState(workspace))?.deployment)?.key);
}
