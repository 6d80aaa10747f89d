import { writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { parseAllDocuments } from "yaml";
import { folderOf } from "../../git/path.ts";
import { resolveRemote, type MountedBase } from "../../git/remote-base.ts";
import { isJsonObject } from "../../manifest/json.ts";
import { readYaml } from "../../manifest/yaml.ts";
import { kustomizationNames } from "../choose.ts";
import { kustomizationReferences } from "./references.ts";

/** True for what Kustomize would fetch: a URL, `git@host:…`, `host:owner/…`, or anything with a `ref`. */
export function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*::?\/\/|^[a-z]+::|^[^/\s]+@[^/\s]+[:/]|^(gh|github\.com|gitlab\.com|bitbucket\.org):|[?&](ref|version|timeout|submodules)=/i.test(
    path,
  );
}

/**
 * Makes the kustomizations in a sandbox name remote bases by the folders that hold them: Kustomize itself fetches nothing.
 * @param texts The inputs, by their paths in the source.
 * @param folder Of the sandbox that holds copies of them: absolute path.
 */
export async function localizeRemotes(
  texts: ReadonlyMap<string, string>,
  bases: readonly MountedBase[],
  folder: string,
): Promise<void> {
  if (bases.length === 0) return;
  for (const [file, text] of texts) {
    if (!kustomizationNames.some((name) => name === posix.basename(file))) continue;
    const localized = localize(text, file, bases);
    if (localized !== undefined) await writeFile(join(folder, file), localized);
  }
}

function localize(text: string, file: string, bases: readonly MountedBase[]): string | undefined {
  const [parsed] = readYaml(text, file);
  if (!isJsonObject(parsed?.value)) return undefined;
  const remotes = kustomizationReferences(parsed.value).references.filter(({ path }) => isRemote(path));
  const [document] = parseAllDocuments(text);
  if (remotes.length === 0 || document === undefined) return undefined;
  for (const { field, path } of remotes) {
    document.setIn(field, posix.relative(folderOf(file), resolveRemote(path, bases)));
  }
  return document.toString();
}
