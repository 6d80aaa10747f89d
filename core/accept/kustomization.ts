import { folderOf } from "../git/path.ts";
import { joinInside } from "../git/path.ts";
import { DriftlessError } from "../errors/error.ts";
import { isJsonObject, isList } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { readYaml } from "../manifest/yaml.ts";
import { kustomizationNames } from "../render/choose.ts";
import { kustomizationReferences } from "../render/kustomize/references.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";
import { within } from "./edit-manifest.ts";
import type { EditedFiles } from "./edited-files.ts";
import { NotAccepted } from "./subject.ts";

/** The kustomization of an application, which its environment owns. */
export interface Kustomization {
  readonly folder: string;
  readonly file: string;
  readonly value: JsonObject;
}

/** @throws {NotAccepted} if it cannot be changed. */
export async function readKustomization(files: EditedFiles, folder: string): Promise<Kustomization> {
  const file = kustomizationNames.map((name) => joinInside(".", name, folder)).find((path) => files.has(path));
  if (file === undefined) {
    throw new NotAccepted(`${folder} holds no kustomization of its own: a link leads to it.`, "Change it by hand.");
  }
  const [document, second] = [...readYaml(await files.read(file), file)].filter(({ value }) => value !== undefined);
  const value = document?.value;
  if (document?.number !== 1 || second !== undefined || !isJsonObject(value)) {
    throw new NotAccepted(`${file} is not one map.`, "Change it by hand.");
  }
  return { folder, file, value };
}

/** Writes fields of a kustomization, everything else in it as it is. */
export async function writeKustomization(
  files: EditedFiles,
  { file }: Kustomization,
  value: JsonObject,
): Promise<void> {
  const text = await files.read(file);
  files.write(
    file,
    within(file, () => rewriteDocument(text, 1, value)),
  );
}

/** Items of a list of a kustomization. */
export function listOf({ value }: Pick<Kustomization, "value">, field: string): readonly Json[] {
  const list = value[field];
  return isList(list) ? list : [];
}

/**
 * Whether another kustomization of the repository builds on a folder: then a change in it would be a change for others too.
 * @returns The file of that kustomization.
 */
export async function builtUponBy(files: EditedFiles, folder: string): Promise<string | undefined> {
  const { tree } = files;
  const others = tree
    .list(".")
    .filter(
      ({ path, kind }) =>
        kind === "file" && kustomizationNames.some((name) => path === name || path.endsWith(`/${name}`)),
    )
    .filter(
      ({ path }) => folderOf(path) !== folder && !(tree.bases ?? []).some((base) => path.startsWith(`${base.folder}/`)),
    );
  const contents = await tree.read(others.map(({ path }) => path));
  return others.find(({ path }) => uses(contents.get(path)?.toString("utf8") ?? "", path, folder))?.path;
}

function uses(text: string, file: string, folder: string): boolean {
  for (const { value } of readYaml(text, file)) {
    if (!isJsonObject(value)) continue;
    const found = kustomizationReferences(value).references.some(({ path, kind }) => {
      const target = kind === "resource" || kind === "folder" ? joined(path, folderOf(file)) : undefined;
      return target !== undefined && (target === folder || target.startsWith(`${folder}/`));
    });
    if (found) return true;
  }
  return false;
}

/** Undefined for what leads out of the repository, or is no path at all. */
function joined(path: string, from: string): string | undefined {
  try {
    return joinInside(".", path.replace(/\/+$/, ""), from);
  } catch (error) {
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}
