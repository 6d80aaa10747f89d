import { withIdentities } from "../../core/cluster/identity.ts";
import { decodeBaseline, encodeBaseline } from "../../core/drift/baseline-codec.ts";
import { keptBaseline, withBaseline } from "../../core/drift/stash.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { parseResourceName } from "../../core/plan/identity.ts";
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
  const gone = new Set(lost.flatMap(({ cluster, gone }) => (gone === true ? [cluster] : [])));
  const deployment = withIdentities(withoutClusters(state.deployment, names, gone), identities);
  await importState(workspace, { ...state, deployment: withoutBaselines(deployment, names) });
  return () => importState(workspace, state);
}

/** What objects looked like on a cluster that is lost says nothing of those that take their place. */
function withoutBaselines(deployment: JsonObject, clusters: ReadonlySet<string>): JsonObject {
  const kept = keptBaseline(deployment);
  if (kept === undefined || kept.baseline === "") return deployment;
  const known = [...decodeBaseline(kept.baseline).objects];
  const objects = new Map(known.filter(([name]) => !clusters.has(parseResourceName(name)?.cluster ?? "")));
  return withBaseline(deployment, { ...kept, baseline: encodeBaseline({ objects }) });
}
