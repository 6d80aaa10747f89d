import { valueAt } from "../drift/items.ts";
import type { Difference } from "../drift/report.ts";
import { DriftlessError } from "../errors/error.ts";
import { joinSource } from "../git/path.ts";
import { isJsonObject } from "../manifest/json.ts";
import type { Json, KubernetesObject } from "../manifest/manifest.ts";
import { readYaml } from "../manifest/yaml.ts";
import type { EditedFiles } from "./edited-files.ts";

/** Values that are said to be meant; with more of the same, none is worth naming. */
const most = 2;

/** Where a chart is told its values. */
export interface ChartValues {
  /** Folder of the chart, from the root of the source. */
  readonly path: string;
  /** Values files as the environment document writes them. */
  readonly files: readonly string[];
}

/**
 * Which values a changed field most likely comes from: those that have just what the field has, as
 * `replicaCount in web/values.yaml`. Empty where that could be said of many, or of none.
 */
export async function likelyValues(
  files: EditedFiles,
  { path, files: named }: ChartValues,
  object: KubernetesObject,
  { steps }: Difference,
): Promise<readonly string[]> {
  const used = valueAt(object, steps);
  if (typeof used !== "string" && typeof used !== "number") return [];
  const found: string[] = [];
  for (const file of new Set([...named, "values.yaml"].flatMap((each) => placeOf(each, path)))) {
    if (!files.has(file)) continue;
    for (const { value } of readYaml(await files.read(file), file)) {
      found.push(...keysOf(value ?? null, used, []).map((key) => `${key} in ${file}`));
    }
  }
  return found.length > most ? [] : found;
}

function placeOf(written: string, path: string): readonly string[] {
  try {
    return [joinSource(written, path)];
  } catch (error) {
    // A pattern, or a path that rendering has refused already.
    if (error instanceof DriftlessError) return [];
    throw error;
  }
}

function keysOf(value: Json, wanted: string | number, keys: readonly string[]): readonly string[] {
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, item]) => keysOf(item, wanted, [...keys, key]));
  const isScalar = typeof value === "string" || typeof value === "number";
  return isScalar && String(value) === String(wanted) && keys.length > 0 ? [keys.join(".")] : [];
}
