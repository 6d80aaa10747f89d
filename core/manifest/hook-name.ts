import { createHash } from "node:crypto";
import { record } from "./json.ts";
import type { JsonObject } from "./manifest.ts";

/** Annotations that make an object a hook: ours, Argo CD's and Helm's. */
export const hookAnnotations = ["driftless.dev/hook", "argocd.argoproj.io/hook", "helm.sh/hook"] as const;

/** Characters of a name that every kind takes, and of the part that tells hooks of one `generateName` apart. */
const longest = 63;
const suffixLength = 8;

/**
 * The object; if it is a hook that leaves its name to the cluster, with a name that is the same on each run, so that what
 * an earlier run left can be found and deleted. Two hooks get two names if they differ in kind or in when they run. What is
 * to exist rather than to run needs a name of its own, and stays without one.
 */
export function nameHook(object: JsonObject): JsonObject {
  const { generateName, name, ...metadata } = record(object["metadata"]);
  if (typeof generateName !== "string" || (name !== undefined && name !== null)) return object;
  const annotations = record(metadata["annotations"]);
  const events = hookAnnotations.map((annotation) => annotations[annotation] ?? null);
  if (events.every((event) => event === null)) return object;
  const parts = [object["apiVersion"], object["kind"], metadata["namespace"], generateName, events];
  const suffix = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, suffixLength);
  const base = generateName.slice(0, longest - suffixLength);
  return { ...object, metadata: { ...metadata, name: `${base}${suffix}` } };
}
