import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatPath } from "../environment/text.ts";
import { toValue } from "../environment/node.ts";
import { readYaml } from "../environment/yaml.ts";
import { DriftlessError } from "../errors/error.ts";
import type { Place } from "../errors/finding.ts";
import { ignore } from "../errors/system-error.ts";
import { record } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";

/** Folder of presets inside a pack: one file for each, named for it. */
const folderName = "presets";

/**
 * Presets of a pack by name: level or settings by rule. None if the pack has no such folder.
 * @param folder Absolute path of the pack.
 * @param title How messages call the pack.
 * @throws what is wrong with the YAML of a preset.
 */
export async function readPresetFiles(folder: string, title: string): Promise<ReadonlyMap<string, JsonObject>> {
  const files = (await readdir(join(folder, folderName)).catch(ignore("ENOENT"))) ?? [];
  const names = files.filter((file) => file.endsWith(".yaml")).map((file) => file.slice(0, -".yaml".length));
  const presets = await Promise.all(
    names.sort().map(async (name): Promise<[string, JsonObject]> => {
      const { file } = presetPlace(title, name, []);
      return [name, parsePreset(await readFile(join(folder, folderName, `${name}.yaml`), "utf8"), file)];
    }),
  );
  return new Map(presets);
}

/** A preset of its text. @throws what is wrong with its YAML. */
export function parsePreset(text: string, file: string): JsonObject {
  const { root, findings } = readYaml(text, file);
  const [first, ...rest] = findings;
  if (first !== undefined) throw new DriftlessError([first, ...rest]);
  return root === undefined ? {} : record(toValue(root));
}

/** Where something stands in a preset. */
export function presetPlace(title: string, preset: string, path: readonly (string | number)[]): Place {
  const file = `${title}/${folderName}/${preset}.yaml`;
  return path.length === 0 ? { file } : { file, field: formatPath(path) };
}
