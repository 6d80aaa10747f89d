import type { PatchOperation } from "../drift/undo.ts";
import { isList, record } from "../manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { isOurManager } from "../plan/owned.ts";

/** Field managers other than ours that claim fields of a live object; what controllers write into its status does not count. */
export function otherManagers(live: KubernetesObject): readonly string[] {
  const names = entriesOf(live).flatMap((entry) => claimantOf(entry) ?? []);
  return [...new Set(names)].filter((name) => !isOurManager(name)).sort();
}

/**
 * The patch that ends the claims of field managers on an object, and changes no field of it; empty if they have none. It
 * holds for the object as it was seen only: else the API server refuses the whole of it.
 */
export function endClaims(live: KubernetesObject, managers: ReadonlySet<string>): readonly PatchOperation[] {
  const entries = entriesOf(live);
  const kept = entries.filter((entry) => !managers.has(claimantOf(entry) ?? ""));
  // The API server takes an empty list for a wish to forget whose the fields are.
  if (kept.length === entries.length || kept.length === 0) return [];
  const { uid = null, resourceVersion = null } = live.metadata;
  return [
    { op: "test", path: "/metadata/uid", value: uid },
    { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
    { op: "replace", path: "/metadata/managedFields", value: kept },
  ];
}

function entriesOf({ metadata }: KubernetesObject): readonly JsonObject[] {
  const entries = metadata["managedFields"];
  return isList(entries) ? entries.map(record) : [];
}

/** Who has an entry, unless it is about a subresource such as `status` or `scale`. */
function claimantOf({ manager, subresource }: JsonObject): string | undefined {
  return typeof manager === "string" && (subresource === undefined || subresource === "") ? manager : undefined;
}
