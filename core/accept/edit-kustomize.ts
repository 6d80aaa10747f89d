import { valueAt } from "../drift/items.ts";
import type { Difference } from "../drift/report.ts";
import { folderOf, joinInside } from "../git/path.ts";
import { isJsonObject, record, sameJson } from "../manifest/json.ts";
import type { Json } from "../manifest/manifest.ts";
import { kustomizationNames } from "../render/choose.ts";
import type { KustomizeOptions } from "../render/options.ts";
import { applyChanges } from "./apply-changes.ts";
import { imageChange, withReference } from "./edit-image.ts";
import { within } from "./edit-manifest.ts";
import type { EditedFiles } from "./edited-files.ts";
import { findObject, removeObject, writeObject } from "./find-object.ts";
import { builtUponBy, listOf, readKustomization, writeKustomization, type Kustomization } from "./kustomization.ts";
import { addPatch, editPatch, type PatchTarget } from "./kustomize-patches.ts";
import { changesOf, NotAccepted, wantedAt, type Subject } from "./subject.ts";

/** What the environment says about the kustomization of an application. */
export interface KustomizeSettings {
  /** Folder of the application, from the root of the source. */
  readonly path: string;
  readonly options: KustomizeOptions | undefined;
  /** True to use nothing but a patch of our own: where what stands there already does not decide. */
  readonly patchOnly: boolean;
}

/**
 * Writes the drift of an object where the environment owns it: an entry of `images` or `replicas`, a patch that sets the
 * field, or a manifest in the application's own folder; else into a patch of our own. Bases stay as they are.
 * @throws {NotAccepted}
 */
export async function editKustomize(files: EditedFiles, subject: Subject, settings: KustomizeSettings): Promise<void> {
  const { path, options, patchOnly } = settings;
  const [place] = subject.places;
  const { object, origin } = place.planned;
  const user = await builtUponBy(files, path);
  if (user !== undefined) {
    throw new NotAccepted(
      `${user} builds on ${path}, so a change there would be a change for others too.`,
      "Give the environment an overlay of its own, and name that as the application's path.",
    );
  }
  if (origin !== undefined && kustomizationNames.some((name) => origin.path.split("/").at(-1) === name)) {
    throw new NotAccepted(
      `A generator in ${origin.path} makes it.`,
      "Change the literals or files that it is made from, or revert the change.",
    );
  }
  const name = nameInside(object.metadata.name, await readKustomization(files, path), options);
  const changes = changesOf(subject);
  if (changes === "removed") {
    const own = patchOnly ? false : await removeManifest(files, subject, path, name);
    if (!own) await addPatch(files, await readKustomization(files, path), { wanted: object, name }, "removed");
    return;
  }
  const wanted = wantedAt(place) ?? object;
  const target: PatchTarget = { wanted, name };
  const left: Difference[] = [];
  for (const change of changes) {
    const kustomization = await readKustomization(files, path);
    checkReplicas(change, name, options, subject.application);
    const done =
      (await editTransformers(files, kustomization, subject, change, name)) ||
      (!patchOnly && (await editPatch(files, kustomization, target, change))) ||
      (!patchOnly && (await editOwnManifest(files, subject, path, name, change)));
    if (!done) left.push(change);
  }
  if (left.length > 0) await addPatch(files, await readKustomization(files, path), target, left);
}

/** The name of an object where the kustomization's patches are applied. */
function nameInside(name: string, { value }: Kustomization, options: KustomizeOptions | undefined): string {
  const layers = [
    { prefix: options?.namePrefix, suffix: options?.nameSuffix },
    { prefix: value["namePrefix"], suffix: value["nameSuffix"] },
  ];
  let inside = name;
  for (const { prefix, suffix } of layers) {
    if (typeof prefix === "string" && inside.startsWith(prefix)) inside = inside.slice(prefix.length);
    if (typeof suffix === "string" && suffix !== "" && inside.endsWith(suffix))
      inside = inside.slice(0, -suffix.length);
  }
  return inside;
}

function checkReplicas(
  { path }: Difference,
  name: string,
  options: KustomizeOptions | undefined,
  application: string,
): void {
  if (path !== "spec.replicas" || options === undefined || !Object.hasOwn(options.replicas, name)) return;
  throw new NotAccepted(
    "The environment document sets the number of replicas.",
    `Change applications.${application}.kustomize.replicas.${name} there.`,
  );
}

/** `replicas` and `images` of a kustomization win over its patches. */
async function editTransformers(
  files: EditedFiles,
  kustomization: Kustomization,
  subject: Subject,
  change: Difference,
  name: string,
): Promise<boolean> {
  const { object } = subject.places[0].planned;
  const image = imageChange(object, change);
  const update = (field: string, fits: (entry: Json) => boolean, make: (entry: Json) => Json) => {
    const entries = listOf(kustomization, field);
    const at = entries.findLastIndex(fits);
    const entry = entries[at];
    return entry === undefined ? undefined : { ...kustomization.value, [field]: entries.with(at, make(entry)) };
  };
  let value: typeof kustomization.value | undefined;
  if (change.path === "spec.replicas" && change.kind !== "removed") {
    value = update(
      "replicas",
      (entry) => isJsonObject(entry) && entry["name"] === name,
      (entry) => ({ ...record(entry), count: change.new ?? null }),
    );
  } else if (image !== undefined) {
    value = update(
      "images",
      (entry) => (record(entry)["newName"] ?? record(entry)["name"]) === image.old.name,
      (entry) => {
        const set = withReference(record(entry), "newTag", image.now);
        return image.now.name === image.old.name ? set : { ...set, newName: image.now.name };
      },
    );
  }
  if (value === undefined) return false;
  await writeKustomization(files, kustomization, value);
  return true;
}

/** Writes a field into the manifest in the application's own folder, if what stands there is what is applied. */
async function editOwnManifest(
  files: EditedFiles,
  subject: Subject,
  folder: string,
  name: string,
  change: Difference,
): Promise<boolean> {
  const { object, origin } = subject.places[0].planned;
  if (origin === undefined || folderOf(origin.path) !== folder || !files.has(origin.path)) return false;
  const text = await files.read(origin.path);
  const found = findObject(text, { ...subject, name }, origin);
  if (found === undefined) return false;
  const written = valueAt(found.raw, change.steps);
  if (!sameJson(written, valueAt(object, change.steps))) return false;
  files.write(
    origin.path,
    within(origin.path, () => writeObject(text, found, applyChanges(found.raw, [change]))),
  );
  return true;
}

/** Removes a manifest in the application's own folder, and its file from the list where nothing is left in it. */
async function removeManifest(files: EditedFiles, subject: Subject, folder: string, name: string): Promise<boolean> {
  const { origin } = subject.places[0].planned;
  if (origin === undefined || folderOf(origin.path) !== folder || !files.has(origin.path)) return false;
  const text = await files.read(origin.path);
  const found = findObject(text, { ...subject, name }, origin);
  if (found === undefined) return false;
  const rest = within(origin.path, () => removeObject(text, found));
  files.write(origin.path, rest ?? null);
  if (rest !== undefined) return true;
  const kustomization = await readKustomization(files, folder);
  const isFile = (entry: Json): boolean => {
    return (
      typeof entry === "string" &&
      !entry.includes("..") &&
      joinInside(".", entry.replace(/^\.\//, ""), folder) === origin.path
    );
  };
  const resources = listOf(kustomization, "resources");
  await writeKustomization(files, kustomization, {
    ...kustomization.value,
    resources: resources.filter((entry) => !isFile(entry)),
  });
  return true;
}
