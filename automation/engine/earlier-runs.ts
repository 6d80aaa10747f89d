import { earlierJson, parseEarlier, type EarlierNote } from "../../core/history/note.ts";
import { isList, record } from "../../core/manifest/json.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { parseUrn } from "../../core/plan/identity.ts";
import { asText } from "./text.ts";
import type { StateExport } from "./types.ts";

/** Output of the stack that says what the engine's history does not know of runs since the last update. */
const outputName = "earlierRuns";

/** What a state says of earlier runs. */
export function earlierRuns(state: StateExport | undefined): readonly EarlierNote[] {
  const resources = state?.deployment["resources"];
  const stack = isList(resources) ? resources.find(isStack) : undefined;
  const notes = record(record(stack)["outputs"])[outputName];
  return isList(notes) ? parseEarlier(notes) : [];
}

/**
 * The state with notes about earlier runs in place of those that it holds; undefined where it has no place for them. They
 * are an output of the stack, which the next update replaces; the message of that update then says the same.
 */
export function withEarlierRuns(state: StateExport, notes: readonly EarlierNote[]): StateExport | undefined {
  const { resources, pending_operations: pending } = state.deployment;
  // An import would drop what a run has begun and not ended, which the next one has to find out about.
  if (!isList(resources) || !resources.some(isStack) || (isList(pending) && pending.length > 0)) return undefined;
  const noted = resources.map((resource): Json => {
    if (!isStack(resource)) return resource;
    const stack = record(resource);
    return { ...stack, outputs: { ...record(stack["outputs"]), [outputName]: notes.map(earlierJson) } };
  });
  return { ...state, deployment: { ...state.deployment, resources: noted } };
}

function isStack(resource: Json | undefined): boolean {
  return parseUrn(asText(record(resource)["urn"]))?.type === "pulumi:pulumi:Stack";
}
