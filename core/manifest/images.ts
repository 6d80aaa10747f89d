import { z } from "zod";
import { formats } from "../environment/formats.ts";
import { failure, throwErrors } from "../errors/error.ts";
import { errorFinding, type Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { formatImageReference, parseImageReference } from "./image-reference.ts";
import type { Manifest } from "./manifest.ts";
import { replaceImages } from "./replace-images.ts";
import { readYaml, type YamlDocument } from "./yaml.ts";

const override = z
  .strictObject({
    tag: z
      .string('text; quote it, as in tag: "1.10"')
      .regex(formats.imageTag.pattern, formats.imageTag.expected)
      .optional()
      .describe("Tag that replaces the tag and digest in the manifest."),
    digest: z
      .string()
      .regex(formats.digest.pattern, formats.digest.expected)
      .optional()
      .describe("Digest that replaces the tag and digest in the manifest; with `tag`, both are written."),
  })
  .refine(({ tag, digest }) => tag !== undefined || digest !== undefined, "a tag, a digest or both")
  .describe("What an image becomes.");

const imageName = z
  .string()
  .refine((name) => name !== "" && parseImageReference(name).name === name, "an image name without tag and digest");

/** Tag and digest by image name, as manifests write it. */
export const imageOverrides = z
  .record(imageName, override)
  .describe("By image name, as the manifests write it, without tag and digest.");

/** The images.yaml of an environment. */
const imagesSchema = z.strictObject({ images: imageOverrides });

/** Tag and digest by image name. */
export type ImageOverrides = Readonly<z.infer<typeof imageOverrides>>;

/**
 * Reads images.yaml.
 * @param file as it is named in errors.
 * @throws CONFIG_INVALID with every error at once, or a YAML_ code; each with line and column.
 */
export function parseImages(text: string, file: string): ImageOverrides {
  const documents = [...readYaml(text, file)];
  throwErrors(documents.flatMap(({ findings }) => findings));
  const [document, second] = documents.filter(({ value }) => value !== undefined);
  const fix = "Write a map images: { <name>: { tag: … } }.";
  if (document === undefined) throw failure("CONFIG_INVALID", "The file is empty.", fix, { place: { file } });
  if (second !== undefined)
    throw failure("CONFIG_INVALID", "The file has more than one document.", "Keep one.", { place: second.place });

  const result = imagesSchema.safeParse(document.value);
  if (result.success) return result.data.images;
  throwErrors(result.error.issues.flatMap((issue) => describeIssue(issue, document)));
  throw failure("CONFIG_INVALID", "The file does not describe images.", fix, { place: { file } });
}

function describeIssue(issue: z.core.$ZodIssue, document: YamlDocument): Finding[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const field = path.join(".");
  const finding = (message: string, fix: string, at: readonly (string | number)[]) =>
    errorFinding("CONFIG_INVALID", message, fix, { ...document.locate(at), ...(field === "" ? {} : { field }) });
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) =>
      finding(`The key ${quote(key)} is not known here.`, "Remove it, or correct its spelling.", [...path, key]),
    );
  if (issue.code === "invalid_key") {
    const why = issue.issues[0]?.message ?? "a name";
    return [finding(`${quote(field)} is not ${why}.`, "Write tag and digest below the name.", path)];
  }
  const what = issue.code === "invalid_type" ? expected(issue) : issue.message;
  return [finding(`${field === "" ? "The file" : field} must be ${what}.`, "Correct the value.", path)];
}

function expected(issue: z.core.$ZodIssueInvalidType): string {
  if (!issue.message.startsWith("Invalid input")) return issue.message;
  return issue.expected === "object" || issue.expected === "record" ? "a map" : issue.expected;
}

/**
 * Puts tags and digests of an environment into its manifests: every `image` of a container list, anywhere in an object of
 * any kind, whose name is among the overrides. Pure; what does not change is shared with the input.
 */
export function applyImages(
  manifests: readonly Manifest[],
  overrides: ImageOverrides,
): { readonly manifests: readonly Manifest[]; /** Names that no manifest uses. */ readonly unused: readonly string[] } {
  const used = new Set<string>();
  const replace = (image: string): string => {
    const { name } = parseImageReference(image);
    const chosen = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (chosen === undefined) return image;
    used.add(name);
    const { tag, digest } = chosen;
    return formatImageReference({
      name,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    });
  };
  const changed = manifests.map((manifest) => {
    const object = replaceImages(manifest.object, replace);
    return object === manifest.object ? manifest : { ...manifest, object };
  });
  return { manifests: changed, unused: Object.keys(overrides).filter((name) => !used.has(name)) };
}
