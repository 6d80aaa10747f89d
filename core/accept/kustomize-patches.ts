import { valueAt } from "../drift/items.ts";
import type { Difference } from "../drift/report.ts";
import { joinInside } from "../git/path.ts";
import { isJsonObject, record } from "../manifest/json.ts";
import { groupOf, kindGroup, type Json, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import { readYaml } from "../manifest/yaml.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";
import { within } from "./edit-manifest.ts";
import type { EditedFiles } from "./edited-files.ts";
import { listOf, writeKustomization, type Kustomization } from "./kustomization.ts";
import { mergeEntry, patchEntry } from "./merge-patch.ts";

/** The object that patches of a kustomization are about, as they call it. */
export interface PatchTarget {
  readonly wanted: KubernetesObject;
  /** Its name where patches are applied: without what this kustomization puts around it. */
  readonly name: string;
}

/** A strategic merge patch of a file that is about one object only. */
interface OwnPatch {
  readonly file: string;
  readonly document: number;
  readonly value: JsonObject;
}

/**
 * Puts a change into the last patch of a kustomization that sets the field of this object alone. False if there is none.
 * @throws {NotAccepted}
 */
export async function editPatch(
  files: EditedFiles,
  kustomization: Kustomization,
  target: PatchTarget,
  change: Difference,
): Promise<boolean> {
  const patches = await ownPatches(files, kustomization, target);
  const entry = patchEntry(target.wanted, change);
  const setting = patches.findLast(({ value }) => valueAt(value, entry.steps) !== undefined);
  if (setting === undefined) return false;
  await writePatch(files, setting, mergeEntry(setting.value, entry));
  return true;
}

/**
 * Puts changes into a patch of our own, which is applied after all others: a new file with its entry, or the one that an
 * earlier change has made.
 * @throws {NotAccepted}
 */
export async function addPatch(
  files: EditedFiles,
  kustomization: Kustomization,
  target: PatchTarget,
  changes: readonly Difference[] | "removed",
): Promise<void> {
  const { wanted, name } = target;
  const path = `accepted-${kindGroup(wanted).toLowerCase()}-${name}.yaml`.replace(/[^a-z0-9._-]/g, "-");
  const file = joinInside(".", path, kustomization.folder);
  const made = (await ownPatches(files, kustomization, target)).find((patch) => patch.file === file);
  const { apiVersion, kind } = wanted;
  const start: JsonObject = made?.value ?? { apiVersion, kind, metadata: { name } };
  const patch =
    changes === "removed"
      ? { apiVersion, kind, metadata: { name }, $patch: "delete" }
      : changes.reduce((merged, change) => mergeEntry(merged, patchEntry(wanted, change)), start);
  if (made !== undefined) {
    await writePatch(files, made, patch);
    return;
  }
  const free = files.has(file) ? undefined : file;
  if (free === undefined) return;
  files.write(file, newFile(patch, apiVersion));
  const group = groupOf(apiVersion);
  const entry = {
    path,
    target: { ...(group === "" ? {} : { group }), version: apiVersion.replace(/^.*\//, ""), kind, name },
  };
  const value = { ...kustomization.value, patches: [...listOf(kustomization, "patches"), entry] };
  await writeKustomization(files, kustomization, value);
}

/** Strategic merge patches in files of the kustomization that change this object and no other, in order. */
async function ownPatches(
  files: EditedFiles,
  kustomization: Kustomization,
  target: PatchTarget,
): Promise<readonly OwnPatch[]> {
  const old = listOf(kustomization, "patchesStrategicMerge").map((path) => ({ path, selector: undefined }));
  const patches = listOf(kustomization, "patches").map((patch) => {
    const { path, target: selector } = record(patch);
    return { path, selector };
  });
  const found: OwnPatch[] = [];
  for (const { path, selector } of [...old, ...patches]) {
    if (typeof path !== "string" || path.includes("\n")) continue;
    const file = fileOf(path, kustomization.folder);
    if (file === undefined || !files.has(file)) continue;
    const documents = [...readYaml(await files.read(file), file)];
    for (const { number, value } of documents) {
      if (!isJsonObject(value) || !isAbout(value, selector, target)) continue;
      found.push({ file, document: number, value });
    }
  }
  return found;
}

/** A patch in another folder may be another environment's too. */
function fileOf(path: string, folder: string): string | undefined {
  return /^[\w][\w./-]*$/.test(path) && !path.includes("..") ? joinInside(".", path, folder) : undefined;
}

function isAbout(patch: JsonObject, selector: Json | undefined, { wanted, name }: PatchTarget): boolean {
  const { apiVersion, kind, metadata } = patch;
  if (isJsonObject(selector)) {
    const known = new Set(["group", "version", "kind", "name"]);
    return (
      selector["kind"] === wanted.kind &&
      selector["name"] === name &&
      Object.keys(selector).every((key) => known.has(key))
    );
  }
  if (typeof apiVersion !== "string" || typeof kind !== "string") return false;
  return kindGroup({ apiVersion, kind }) === kindGroup(wanted) && record(metadata)["name"] === name;
}

async function writePatch(files: EditedFiles, { file, document }: OwnPatch, value: JsonObject): Promise<void> {
  const text = await files.read(file);
  files.write(
    file,
    within(file, () => rewriteDocument(text, document, value)),
  );
}

/** The text of a new file, which is what rewriting the shortest one makes of it. */
function newFile(patch: JsonObject, apiVersion: string): string {
  const text = `# Written by driftless drift accept: what was changed on the cluster.\napiVersion: ${apiVersion}\n`;
  return rewriteDocument(text, 1, patch);
}
