import { withIdentities } from "../../core/cluster/identity.ts";
import { withoutClusters } from "../../core/recover/forget.ts";
import type { ClusterRemains } from "./lost.ts";
import { restoreSettings } from "./stack.ts";
import { exportState, importState } from "./state.ts";
import { backUp } from "./state-files.ts";
import type { Workspace } from "./workspace.ts";

/** See `Engine.forget`. */
export async function forgetClusters(
  workspace: Workspace,
  lost: readonly ClusterRemains[],
): Promise<() => Promise<void>> {
  const state = await exportState(workspace);
  if (state === undefined || lost.length === 0) return () => Promise.resolve();
  await restoreSettings(workspace, state);
  if (workspace.files !== undefined) await backUp(workspace.files);
  const identities = new Map(
    lost.flatMap(({ cluster, live }) => (live === undefined ? [] : [[cluster, live] as const])),
  );
  const names = new Set(lost.map(({ cluster }) => cluster));
  const deployment = withIdentities(withoutClusters(state.deployment, names), identities);
  await importState(workspace, { ...state, deployment });
  return () => importState(workspace, state);
}
