import { parseEarlier, type EarlierNote } from "../../core/history/note.ts";
import { isList, plainJson } from "../../core/manifest/json.ts";
import { stackOutputs, withStackOutput } from "./stack-outputs.ts";
import type { StateExport } from "./types.ts";

/** Output of the stack that says what the engine's history does not know of runs since the last update. */
const outputName = "earlierRuns";

/** What a state says of earlier runs. */
export function earlierRuns(state: StateExport | undefined): readonly EarlierNote[] {
  const notes = stackOutputs(state)[outputName];
  return isList(notes) ? parseEarlier(notes) : [];
}

/**
 * The state with notes about earlier runs in place of those that it holds; undefined where it has no place for them. They
 * are an output of the stack, which the next update replaces; the message of that update then says the same.
 */
export function withEarlierRuns(state: StateExport, notes: readonly EarlierNote[]): StateExport | undefined {
  return withStackOutput(state, outputName, notes.map(plainJson));
}
