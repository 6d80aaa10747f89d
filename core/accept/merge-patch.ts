import { valueAt } from "../drift/items.ts";
import type { Difference } from "../drift/report.ts";
import { isJsonObject, isList } from "../manifest/json.ts";
import { kindGroup, type Json, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import { builtInKinds } from "../plan/kinds.ts";
import type { ItemKey, Step } from "../plan/path.ts";

/** Lists of built-in kinds that a strategic merge patch merges, and by what. All other lists are replaced as a whole. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  hostAliases: ["ip"],
};

/** The change of one field as an entry of a patch: it is put at `steps`. */
export interface PatchEntry {
  readonly steps: readonly Step[];
  readonly value: Json;
}

/**
 * What a strategic merge patch says to change a field: null for one that goes, `$patch: delete` for an item that goes, and
 * the whole list where its items have no keys.
 * @param wanted The object as it is to be.
 */
export function patchEntry(wanted: KubernetesObject, change: Difference): PatchEntry {
  const { steps } = change;
  const end = steps.findIndex((step, at) => typeof step !== "string" && !isMerged(wanted, steps[at - 1], step));
  if (end !== -1) {
    const list = steps.slice(0, end);
    return { steps: list, value: valueAt(wanted, list) ?? null };
  }
  if (change.kind !== "removed") return { steps, value: change.new ?? null };
  const last = steps.at(-1);
  return { steps, value: typeof last === "object" ? { ...last, $patch: "delete" } : null };
}

/** The patch with an entry put into it, in place of what it says there. */
export function mergeEntry(patch: JsonObject, { steps, value }: PatchEntry): JsonObject {
  const merged = put(patch, steps, value);
  return isJsonObject(merged) ? merged : patch;
}

function put(into: Json | undefined, steps: readonly Step[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "string") {
    const map = isJsonObject(into) ? into : {};
    return { ...map, [step]: put(Object.hasOwn(map, step) ? map[step] : undefined, rest, value) };
  }
  const list = isList(into) ? into : [];
  if (typeof step === "number") return list;
  const at = list.findIndex((item) => hasFields(item, step));
  const next = put(at === -1 ? { ...step } : list[at], rest, value);
  return at === -1 ? [...list, next] : list.with(at, next);
}

function hasFields(item: Json, key: ItemKey): boolean {
  return isJsonObject(item) && Object.entries(key).every(([field, value]) => item[field] === value);
}

function isMerged(object: KubernetesObject, list: Step | undefined, key: Step): boolean {
  if (typeof list !== "string" || typeof key !== "object" || !builtInKinds.has(kindGroup(object))) return false;
  const fields = Object.hasOwn(mergeKeys, list) ? mergeKeys[list] : undefined;
  return fields?.length === Object.keys(key).length && fields.every((field) => Object.hasOwn(key, field));
}
