import { valueAt } from "../drift/items.ts";
import type { Difference } from "../drift/report.ts";
import { isJsonObject, record } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { parseImageReference, type ImageReference } from "../manifest/image-reference.ts";
import { readYaml } from "../manifest/yaml.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";
import { within } from "./edit-manifest.ts";
import type { EditedFiles } from "./edited-files.ts";
import { NotAccepted } from "./subject.ts";

/** The image that a change is about, before and after; undefined for any other field. */
export function imageChange(
  object: KubernetesObject,
  { steps, kind, new: value }: Difference,
): { readonly old: ImageReference; readonly now: ImageReference } | undefined {
  const old = valueAt(object, steps);
  if (steps.at(-1) !== "image" || kind !== "changed" || typeof old !== "string" || typeof value !== "string")
    return undefined;
  return { old: parseImageReference(old), now: parseImageReference(value) };
}

/**
 * Writes an image's tag and digest into images.yaml.
 * @param name Of the image, as manifests write it.
 */
export async function editImagesFile(
  files: EditedFiles,
  file: string,
  name: string,
  now: ImageReference,
): Promise<void> {
  if (now.name !== name) {
    throw new NotAccepted(
      `${file} sets its tag, and the image is another one now (${now.name}).`,
      `Change the image in the manifest, and what ${file} says of it.`,
    );
  }
  const text = await files.read(file);
  const document = [...readYaml(text, file)].find(({ value }) => isJsonObject(value));
  const whole = record(document?.value);
  const images = record(whole["images"]);
  const entry = withReference(record(images[name]), "tag", now);
  const value: Json = { ...whole, images: { ...images, [name]: entry } };
  files.write(
    file,
    within(file, () => rewriteDocument(text, document?.number ?? 1, value)),
  );
}

/** An entry with the tag and the digest of an image, and neither where it has none. */
export function withReference(
  entry: JsonObject,
  tagField: "tag" | "newTag",
  { tag, digest }: ImageReference,
): JsonObject {
  const rest = Object.entries(entry).filter(([key]) => {
    return (key !== tagField || tag !== undefined) && (key !== "digest" || digest !== undefined);
  });
  return {
    ...Object.fromEntries(rest),
    ...(tag === undefined ? {} : { [tagField]: tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
