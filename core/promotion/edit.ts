import { editImagesFile, withReference } from "../accept/edit-image.ts";
import { within } from "../accept/edit-manifest.ts";
import type { EditedFiles } from "../accept/edited-files.ts";
import { builtUponBy, listOf, readKustomization, writeKustomization } from "../accept/kustomization.ts";
import { NotAccepted } from "../accept/subject.ts";
import type { SourceSpec } from "../environment/spec.ts";
import { DriftlessError } from "../errors/error.ts";
import { joinInside, joinSource } from "../git/path.ts";
import { isJsonObject, isList, record, sameJson } from "../manifest/json.ts";
import { formatImageReference } from "../manifest/image-reference.ts";
import { parseImages } from "../manifest/images.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { readYaml } from "../manifest/yaml.ts";
import type { ApplicationPlan } from "../plan/plan.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";
import type { WantedImage } from "./wanted.ts";

/** The environment whose files are edited. */
export interface EditTarget {
  readonly source: Pick<SourceSpec, "path" | "images">;
  /** By name. `values`: values files as the document writes them. */
  readonly applications: ReadonlyMap<
    string,
    Pick<ApplicationPlan, "renderer" | "path"> & { readonly values: readonly string[] }
  >;
}

/**
 * Writes the tag and the digest of an image where the environment says them: in images.yaml, under `images` of the
 * application's own kustomization, in the values that its chart is given; else as a new entry of images.yaml. Nothing else
 * in the file changes.
 * @returns the file
 * @throws {NotAccepted} where there is no such place.
 */
export async function editPromotedImage(
  files: EditedFiles,
  { source, applications }: EditTarget,
  image: WantedImage,
): Promise<string> {
  const root = joinInside(".", source.path);
  const list = source.images === undefined ? undefined : joinInside(".", source.images, root);
  const listed = list === undefined ? {} : parseImages(await files.read(list), list);
  if (list !== undefined && Object.hasOwn(listed, image.old.name)) {
    await editImagesFile(files, list, image.old.name, image.now);
    return list;
  }
  const application = applications.get(image.application);
  if (application?.renderer === "kustomize") {
    const file = await editKustomization(files, application.path, image);
    if (file !== undefined) return file;
  }
  if (application?.renderer === "helm") {
    const file = await editValues(files, application.path, application.values, image);
    if (file !== undefined) return file;
  }
  if (list === undefined) {
    throw new NotAccepted(
      `No file of the environment says which version of ${image.old.name} ${image.application} runs.`,
      "Give the environment an images.yaml and name it as `source.images`.",
    );
  }
  await editImagesFile(files, list, image.old.name, image.now);
  return list;
}

async function editKustomization(
  files: EditedFiles,
  path: string,
  { old, now }: WantedImage,
): Promise<string | undefined> {
  const kustomization = await readKustomization(files, path);
  const entries = listOf(kustomization, "images");
  const at = entries.findLastIndex((entry) => (record(entry)["newName"] ?? record(entry)["name"]) === old.name);
  const entry = entries[at];
  if (entry === undefined) return undefined;
  const user = await builtUponBy(files, path);
  if (user !== undefined) {
    throw new NotAccepted(
      `${user} builds on ${path}, so a change there would be a change for others too.`,
      "Give the environment an overlay of its own, and name that as the application's path.",
    );
  }
  const images = entries.with(at, withReference(record(entry), "newTag", now));
  await writeKustomization(files, kustomization, { ...kustomization.value, images });
  return kustomization.file;
}

/** The last file that says it wins, as with Helm. */
async function editValues(
  files: EditedFiles,
  path: string,
  named: readonly string[],
  image: WantedImage,
): Promise<string | undefined> {
  for (const written of named.toReversed()) {
    const file = fileOf(written, path);
    if (file === undefined || !files.has(file)) continue;
    const text = await files.read(file);
    for (const { number, value } of readYaml(text, file)) {
      if (value === undefined) continue;
      const changed = withImage(value, image);
      if (sameJson(changed, value)) continue;
      files.write(
        file,
        within(file, () => rewriteDocument(text, number, changed)),
      );
      return file;
    }
  }
  return undefined;
}

/** Undefined for a pattern. */
function fileOf(written: string, path: string): string | undefined {
  try {
    return joinSource(written, path);
  } catch (error) {
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}

/** Values with another version of an image: a whole reference, or a map with `repository` and `tag` as charts have it. */
function withImage(value: Json, image: WantedImage): Json {
  const { old, now } = image;
  if (value === formatImageReference(old)) return formatImageReference(now);
  if (isList(value)) return value.map((item) => withImage(item, image));
  if (!isJsonObject(value)) return value;
  if (isImageMap(value, image)) return withReference(value, "tag", now);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withImage(item, image)]));
}

function isImageMap({ registry, repository, tag, digest }: JsonObject, { old }: WantedImage): boolean {
  if (typeof repository !== "string" || (tag === undefined && digest === undefined)) return false;
  const name = typeof registry === "string" && registry !== "" ? `${registry}/${repository}` : repository;
  return name === old.name && isTag(tag, old.tag);
}

/** A number is a tag that somebody forgot to quote. */
function isTag(written: Json | undefined, tag: string | undefined): boolean {
  if (typeof written === "string" || typeof written === "number") return String(written) === (tag ?? "");
  return written === undefined || written === null;
}
