import { isList, record } from "../../core/manifest/json.ts";
import { parseUrn } from "../../core/plan/identity.ts";
import { pendingOperations } from "./pending.ts";
import { importState } from "./state.ts";
import { asText } from "./text.ts";
import type { StateExport } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Steps that are worth a note: it costs one more start of the engine, and as much as about this many writes of a state in
 * a folder.
 */
export const worthANote = 20;

/**
 * The state with a note that a run is about to change the clusters: an update of the stack itself that has not ended. The
 * engine strikes it out when it writes the state in the end; whoever finds it knows that the state is older than the
 * clusters, on whatever machine. A state without resources needs none: nothing in it can be out of date.
 */
export function noteOpenRun(state: StateExport): StateExport {
  const { resources } = state.deployment;
  const stack = (isList(resources) ? resources.map(record) : []).find(
    ({ urn }) => parseUrn(asText(urn))?.type === "pulumi:pulumi:Stack",
  );
  if (stack === undefined) return state;
  const pending = state.deployment["pending_operations"];
  const operations = [...(isList(pending) ? pending : []), { type: "updating", resource: stack }];
  return { ...state, deployment: { ...state.deployment, pending_operations: operations } };
}

/** Writes the note, for whoever goes on elsewhere if this machine is lost. */
export async function writeOpenRun(workspace: Workspace, state: StateExport | undefined): Promise<void> {
  if (state === undefined) return;
  const noted = noteOpenRun(state);
  if (noted !== state) await importState(workspace, noted);
}

/** True if a run has begun to change the clusters and has not written what it did. */
export function isOpen(state: StateExport | undefined): boolean {
  return state !== undefined && pendingOperations(state.deployment).length > 0;
}
