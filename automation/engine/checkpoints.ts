import { isList, record } from "../../core/manifest/json.ts";
import { componentTypes, objectOfUrn, parseUrn } from "../../core/plan/identity.ts";
import { asText } from "./text.ts";
import type { StateExport } from "./types.ts";

/** Makes the engine write the state once, at its end, instead of after every step. Both are needed. */
export const writeStateOnce: Readonly<Record<string, string>> = {
  PULUMI_EXPERIMENTAL: "true",
  PULUMI_SKIP_CHECKPOINTS: "true",
};

const own: ReadonlySet<string> = new Set([
  "pulumi:pulumi:Stack",
  "pulumi:providers:kubernetes",
  // Of the engine itself, for stashes.
  "pulumi:providers:pulumi",
  "pulumi:index:Stash",
  ...Object.values(componentTypes),
]);

/**
 * True if a state that holds these resources can be made again from what the clusters hold: Kubernetes objects, which are
 * found by name and carry our metadata, and what exists in the state alone. A resource of any other provider may have an
 * identity that only the state knows, and losing that loses the resource.
 */
export function canBeRebuilt(urns: Iterable<string>): boolean {
  for (const urn of urns) {
    if (!own.has(parseUrn(urn)?.type ?? "") && objectOfUrn(urn) === undefined) return false;
  }
  return true;
}

/** URNs of the resources that a state holds. */
export function stateUrns(state: StateExport | undefined): readonly string[] {
  const resources = state?.deployment["resources"];
  return isList(resources) ? resources.map((resource) => asText(record(resource)["urn"])) : [];
}
