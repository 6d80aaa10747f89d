import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { parseUrn } from "../../core/plan/identity.ts";
import { asText } from "./text.ts";
import type { StateExport } from "./types.ts";

/** Changes that are worth a note: it costs one more start of the engine. */
export const worthANote = 20;

/** Output of the stack that says that a run is open: the owners whose objects it may make. */
const outputName = "openRun";

/**
 * The state with a note that a run is about to change the clusters. It is an output of the stack, which the engine
 * replaces with those of the program when it writes the state in the end; whoever finds it knows that the state is older
 * than the clusters, on whatever machine. A state without resources needs none: nothing in it can be out of date.
 */
export function noteOpenRun(state: StateExport, owners: readonly string[]): StateExport {
  const { resources } = state.deployment;
  if (!isList(resources) || !resources.some(isStack)) return state;
  const noted = resources.map((resource): Json => {
    if (!isStack(resource)) return resource;
    const stack = record(resource);
    return { ...stack, outputs: { ...record(stack["outputs"]), [outputName]: owners } };
  });
  return { ...state, deployment: { ...state.deployment, resources: noted } };
}

/** Owners whose objects a run may have made that has not written what it did; undefined if there is none. */
export function openRun(state: StateExport | undefined): readonly string[] | undefined {
  const resources = state?.deployment["resources"];
  const stack = isList(resources) ? resources.find(isStack) : undefined;
  const owners = record(record(stack)["outputs"])[outputName];
  return isList(owners) ? owners.map(asText) : undefined;
}

function isStack(resource: Json | undefined): boolean {
  const { urn }: JsonObject = record(resource);
  return parseUrn(asText(urn))?.type === "pulumi:pulumi:Stack";
}
