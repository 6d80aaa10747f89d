import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { parseUrn } from "../../core/plan/identity.ts";
import { asText } from "./text.ts";
import type { StateExport } from "./types.ts";

/** Outputs of the stack in a state. */
export function stackOutputs(state: StateExport | undefined): JsonObject {
  const resources = state?.deployment["resources"];
  return record(record(isList(resources) ? resources.find(isStack) : undefined)["outputs"]);
}

/** The state with another value of one output of the stack; undefined where it has no place for it. */
export function withStackOutput(state: StateExport, name: string, value: Json): StateExport | undefined {
  const { resources, pending_operations: pending } = state.deployment;
  // An import would drop what a run has begun and not ended, which the next one has to find out about.
  if (!isList(resources) || !resources.some(isStack) || (isList(pending) && pending.length > 0)) return undefined;
  const changed = resources.map((resource): Json => {
    if (!isStack(resource)) return resource;
    return { ...record(resource), outputs: { ...record(record(resource)["outputs"]), [name]: value } };
  });
  return { ...state, deployment: { ...state.deployment, resources: changed } };
}

function isStack(resource: Json): boolean {
  return parseUrn(asText(record(resource)["urn"]))?.type === "pulumi:pulumi:Stack";
}
