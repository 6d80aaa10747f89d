import { z } from "zod";
import { failure, throwErrors } from "../errors/error.ts";
import { errorFinding } from "../errors/finding.ts";
import { formatImageReference, parseImageReference } from "./image-reference.ts";
import { isJsonObject } from "./list.ts";
import type { Json, KubernetesObject, Manifest } from "./manifest.ts";
import { readYaml, type YamlDocument } from "./yaml.ts";

const override = z
  .strictObject({
    tag: z
      .string('text; quote it, as in tag: "1.10"')
      .regex(
        /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
        "a tag of letters, digits, dots, dashes and underscores, at most 128",
      )
      .optional()
      .describe("Tag that replaces the tag and digest in the manifest."),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, '"sha256:" and 64 lower-case hex digits')
      .optional()
      .describe("Digest that replaces the tag and digest in the manifest; with `tag`, both are written."),
  })
  .refine(({ tag, digest }) => tag !== undefined || digest !== undefined, "a tag, a digest or both")
  .describe("What an image becomes.");

const imageName = z
  .string()
  .refine((name) => name !== "" && parseImageReference(name).name === name, "an image name without tag and digest");

/** The images.yaml of an environment: image name, as manifests write it, to tag and digest. */
export const imagesSchema = z.strictObject({
  images: z.record(imageName, override).describe("By image name, as the manifests write it, without tag and digest."),
});

/** Tag and digest by image name. */
export type ImageOverrides = Readonly<z.infer<typeof imagesSchema>["images"]>;

const containerLists: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

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

function describeIssue(issue: z.core.$ZodIssue, document: YamlDocument) {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const field = path.join(".");
  const finding = (message: string, fix: string, at: readonly (string | number)[]) =>
    errorFinding("CONFIG_INVALID", message, fix, { ...document.locate(at), ...(field === "" ? {} : { field }) });
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        finding(`The key "${key}" is not known here.`, "Remove it, or correct its spelling.", [...path, key]),
      );
    case "invalid_key": {
      const [inner] = issue.issues;
      return [finding(`"${field}" is not ${inner?.message ?? "a name"}.`, "Move tag and digest below the name.", path)];
    }
    case "invalid_type":
      return [finding(`${field === "" ? "The file" : field} must be ${expected(issue)}.`, "Correct its type.", path)];
    default:
      return [finding(`${field} must be ${issue.message}.`, "Correct the value.", path)];
  }
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

function replaceImages(object: KubernetesObject, replace: (image: string) => string): KubernetesObject {
  const changes = changedFields(object, replace);
  // Image lists are deeper than apiVersion, kind and metadata, which therefore keep their types.
  return changes === undefined ? object : { ...object, ...changes, metadata: object.metadata };
}

function visit(value: Json, replace: (image: string) => string): Json {
  if (Array.isArray(value)) return visitList(value as readonly Json[], (item) => visit(item, replace));
  if (!isJsonObject(value)) return value;
  const changes = changedFields(value, replace);
  return changes === undefined ? value : { ...value, ...changes };
}

function changedFields(
  object: { readonly [key: string]: Json },
  replace: (image: string) => string,
): { readonly [key: string]: Json } | undefined {
  const changes = Object.entries(object).flatMap(([key, value]) => {
    const visited = visit(value, replace);
    const next =
      containerLists.has(key) && Array.isArray(visited)
        ? visitList(visited as readonly Json[], (item) => replaceContainer(item, replace))
        : visited;
    return next === value ? [] : [[key, next] as const];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

function visitList(list: readonly Json[], visitItem: (item: Json) => Json): readonly Json[] {
  const visited = list.map(visitItem);
  return visited.every((item, index) => item === list[index]) ? list : visited;
}

function replaceContainer(container: Json, replace: (image: string) => string): Json {
  if (!isJsonObject(container) || typeof container["image"] !== "string") return container;
  const image = replace(container["image"]);
  return image === container["image"] ? container : { ...container, image };
}
