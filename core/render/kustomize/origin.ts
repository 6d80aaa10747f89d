import { isJsonObject, isList, record } from "../../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject, Manifest, Origin } from "../../manifest/manifest.ts";
import { expandLists } from "../../manifest/list.ts";
import { readYaml, type YamlDocument } from "../../manifest/yaml.ts";
import { sourceFolder } from "../sandbox.ts";
import { affixesOf, writtenName, type Affixes } from "./affixes.ts";

/** Annotation that Kustomize writes with `buildMetadata: [originAnnotations]`. */
const originAnnotation = "config.kubernetes.io/origin";
/** Annotation that it writes with `buildMetadata: [transformerAnnotations]`. */
const transformationsAnnotation = "alpha.config.kubernetes.io/transformations";

/** What is known of a file that Kustomize read. */
interface SourceFile {
  /** Where objects stand in it, or what generates them, by kind and name. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What it puts around names, if it is a kustomization. */
  readonly affixes: Affixes;
}

/** The files that Kustomize read, by path. */
export type SourceIndex = ReadonlyMap<string, SourceFile>;

/** Finds the objects of the input files, so that what Kustomize made of them can be traced to a line. */
export function indexSources(texts: ReadonlyMap<string, string>): SourceIndex {
  return new Map([...texts].map(([path, text]) => [path, indexFile(path, text)]));
}

function indexFile(path: string, text: string): SourceFile {
  const origins = new Map<string, Origin>();
  let affixes: Affixes = {};
  for (const document of readYaml(text, path)) {
    if (document.value === undefined) continue;
    for (const [key, field] of [...objectsOf(document.value), ...generatedBy(document.value)]) {
      const { line } = field.length === 0 ? document.place : document.locate(field);
      const origin = { path, document: document.number, ...(line === undefined ? {} : { line }) };
      if (!origins.has(key)) origins.set(key, origin);
    }
    if (isJsonObject(document.value)) affixes = affixesOf(document.value);
  }
  return { origins, affixes };
}

type Named = readonly [key: string, field: Parameters<YamlDocument["locate"]>[0]];

function objectsOf(document: Json): readonly Named[] {
  return expandLists(document).flatMap(({ value, path }): readonly Named[] =>
    isJsonObject(value) && isJsonObject(value["metadata"])
      ? [[identity(value["kind"], value["metadata"]["name"]), path]]
      : [],
  );
}

const generators = { configMapGenerator: "ConfigMap", secretGenerator: "Secret" } as const;

/** What a kustomization makes of files and literals. */
function generatedBy(document: Json): readonly Named[] {
  if (!isJsonObject(document)) return [];
  return Object.entries(generators).flatMap(([field, kind]) => {
    const items = document[field];
    return (isList(items) ? items : []).flatMap((item, at): readonly Named[] =>
      isJsonObject(item) ? [[identity(kind, item["name"]), [field, at]]] : [],
    );
  });
}

/**
 * Turns the annotations of a rendered object into its origin and takes them off.
 * @param overlay What the kustomization above the application's own puts around names.
 */
export function takeOrigin(
  rendered: KubernetesObject,
  index: SourceIndex,
  overlay: Affixes,
  fallback: string,
): Manifest {
  const { annotations } = rendered.metadata;
  if (!isJsonObject(annotations)) return { object: rendered, origin: { path: fallback } };
  const { [originAnnotation]: written, [transformationsAnnotation]: done, ...others } = annotations;
  const object = withAnnotations(rendered, others);
  const origin = record(readAnnotation(written));
  // Of what is generated there is only the kustomization that says so.
  const { path: file, configuredIn } = origin;
  const path = sourcePath(file ?? configuredIn);
  if (path === undefined) return { object, origin: { path: fallback } };
  const { kind } = object;
  const { name } = object.metadata;
  const names = file === undefined ? [name, withoutHash(name)] : [name];
  const transformations = readAnnotation(done);
  const affixesIn = (kustomization: string): Affixes => {
    const inside = sourcePath(kustomization);
    return inside === undefined ? overlay : (index.get(inside)?.affixes ?? {});
  };
  const [known] = names.flatMap((last) => {
    const first = writtenName({ kind, name: last }, isList(transformations) ? transformations : [], affixesIn);
    return first === undefined ? [] : (index.get(path)?.origins.get(identity(kind, first)) ?? []);
  });
  return { object, origin: known ?? { path } };
}

/** Kustomize puts a hash behind the names of what it generates, unless it is told not to. */
function withoutHash(name: string): string {
  return name.replace(/-[a-z0-9]{10}$/, "");
}

function readAnnotation(text: Json | undefined): Json | undefined {
  if (typeof text !== "string") return undefined;
  const [document] = readYaml(text, originAnnotation);
  return document?.value;
}

/** The path in the source of a file that Kustomize names; undefined for the kustomization above it. */
function sourcePath(file: Json | undefined): string | undefined {
  const prefix = `${sourceFolder}/`;
  return typeof file === "string" && file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
}

function withAnnotations(object: KubernetesObject, annotations: JsonObject): KubernetesObject {
  const { annotations: dropped, ...metadata } = object.metadata;
  const isEmpty = Object.keys(annotations).length === 0 && dropped !== undefined;
  const { name } = object.metadata;
  return { ...object, metadata: isEmpty ? { ...metadata, name } : { ...metadata, name, annotations } };
}

function identity(kind: unknown, name: unknown): string {
  return JSON.stringify([kind, name]);
}
