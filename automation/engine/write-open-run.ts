import { noteOpenRun } from "./open-run.ts";
import { importState } from "./state.ts";
import type { StateExport } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Writes the note, for whoever goes on elsewhere if this machine is lost. */
export async function writeOpenRun(
  workspace: Workspace,
  state: StateExport | undefined,
  owners: readonly string[],
): Promise<void> {
  if (state === undefined) return;
  const noted = noteOpenRun(state, owners);
  if (noted !== state) await importState(workspace, noted);
}
