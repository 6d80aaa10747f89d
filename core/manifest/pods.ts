import { isJsonObject, record } from "./json.ts";
import type { Json, JsonObject, Path } from "./manifest.ts";

/** A pod that an object is or makes. */
export interface PodTemplate {
  /** Its metadata: annotations and labels of the pods. */
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  /** Of its spec. */
  readonly path: Path;
  /** Of its metadata. */
  readonly metadataPath: Path;
}

/**
 * Pods that an object makes, whatever its kind: a pod itself, and the templates where the built-in workloads hold
 * theirs, custom kinds included. Templates without a spec are none.
 */
export function podsOf(object: JsonObject): readonly PodTemplate[] {
  const kind = object["kind"];
  if (kind === "Pod") return template(object, []);
  if (kind === "PodTemplate") return template(object["template"], ["template"]);
  const spec = record(object["spec"]);
  const job = record(record(spec["jobTemplate"])["spec"]);
  return [
    ...template(spec["template"], ["spec", "template"]),
    ...template(job["template"], ["spec", "jobTemplate", "spec", "template"]),
  ];
}

function template(value: Json | undefined, path: Path): readonly PodTemplate[] {
  const { metadata, spec } = record(value);
  if (!isJsonObject(spec)) return [];
  return [{ metadata: record(metadata), spec, path: [...path, "spec"], metadataPath: [...path, "metadata"] }];
}
