import { isJsonObject } from "../../manifest/json.ts";
import type { JsonObject, KubernetesObject, Manifest, Origin } from "../../manifest/manifest.ts";
import { expandLists } from "../../manifest/list.ts";
import { readYaml } from "../../manifest/yaml.ts";
import { sourceFolder } from "../sandbox.ts";

/** Annotation that Kustomize writes with `buildMetadata: [originAnnotations]`. */
const originAnnotation = "config.kubernetes.io/origin";

/** Where objects stand in the files that Kustomize read: by file, then by kind and name. */
export type ObjectIndex = ReadonlyMap<string, ReadonlyMap<string, Origin>>;

/** Finds the objects of the input files, so that what Kustomize made of them can be traced to a line. */
export function indexObjects(texts: ReadonlyMap<string, string>): ObjectIndex {
  return new Map([...texts].map(([path, text]) => [path, indexFile(path, text)]));
}

function indexFile(path: string, text: string): ReadonlyMap<string, Origin> {
  const index = new Map<string, Origin>();
  for (const document of readYaml(text, path)) {
    if (document.value === undefined) continue;
    for (const { value, path: field } of expandLists(document.value)) {
      if (!isJsonObject(value) || !isJsonObject(value["metadata"])) continue;
      const key = identity(value["kind"], value["metadata"]["name"]);
      const { line } = field.length === 0 ? document.place : document.locate(field);
      if (!index.has(key)) index.set(key, { path, document: document.number, ...(line === undefined ? {} : { line }) });
    }
  }
  return index;
}

/** Turns the annotation of a rendered object into its origin and takes it off. */
export function takeOrigin(rendered: KubernetesObject, index: ObjectIndex, fallback: string): Manifest {
  const { annotations } = rendered.metadata;
  if (!isJsonObject(annotations)) return { object: rendered, origin: { path: fallback } };
  const { [originAnnotation]: written, ...others } = annotations;
  const path = typeof written === "string" ? originPath(written) : undefined;
  const object = withAnnotations(rendered, others);
  const known = path === undefined ? undefined : index.get(path)?.get(identity(object.kind, object.metadata.name));
  return { object, origin: known ?? { path: path ?? fallback } };
}

/** The file of an origin annotation: the one that holds the object, or the kustomization that generates it. */
function originPath(annotation: string): string | undefined {
  const [document] = readYaml(annotation, originAnnotation);
  if (!isJsonObject(document?.value)) return undefined;
  const written = document.value["path"] ?? document.value["configuredIn"];
  const prefix = `${sourceFolder}/`;
  return typeof written === "string" && written.startsWith(prefix) ? written.slice(prefix.length) : undefined;
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
