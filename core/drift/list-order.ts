import { isJsonObject } from "../manifest/json.ts";
import type { Json } from "../manifest/manifest.ts";

/** Lists of built-in kinds in which the order of the items means nothing. */
const sets: ReadonlySet<string> = new Set(
  [
    // Any kind.
    "finalizers",
    // Volumes.
    "accessModes mountOptions",
    // Roles, admission.
    "verbs apiGroups apiVersions resources resourceNames nonResourceURLs operations subjects rules",
    // Pods.
    "add drop supplementalGroups tolerations",
    // Networks.
    "policyTypes loadBalancerSourceRanges externalIPs hosts ingress egress from to except ports namespaces",
    // Selectors and definitions.
    "matchExpressions values shortNames categories",
  ].flatMap((names) => names.split(" ")),
);

/** Lists of pods in which items have a key and no order, also where a custom kind holds a pod. */
const unordered: ReadonlySet<string> = new Set([
  "containers",
  "env",
  "ephemeralContainers",
  "hostAliases",
  "imagePullSecrets",
  "ownerReferences",
  "ports",
  "topologySpreadConstraints",
  "volumeDevices",
  "volumeMounts",
  "volumes",
]);

/** True for a list that is a set: only what is in it counts. Of custom kinds nothing but `finalizers` is known. */
export function isSet(field: string | undefined, builtIn: boolean): boolean {
  return field !== undefined && (builtIn ? sets.has(field) : field === "finalizers");
}

/**
 * True for a list of items with keys whose order means something: containers that run one after the other, variables
 * that use earlier ones, and whatever a custom kind does with its items.
 */
export function orderMatters(field: string | undefined, builtIn: boolean, items: readonly Json[]): boolean {
  if (field === "initContainers") return true;
  if (field === "env") return items.some(usesVariable);
  return !builtIn && (field === undefined || !unordered.has(field));
}

function usesVariable(item: Json): boolean {
  const value = isJsonObject(item) ? item["value"] : undefined;
  return typeof value === "string" && value.includes("$(");
}
