import { isJsonObject, isList, record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";

/** Keys and positions from the root of an object. */
export type Path = readonly (string | number)[];

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

/** One container of an object that makes pods. */
export interface Container {
  /** How messages call it: `container "web"`, `init container "migrate"`. */
  readonly label: string;
  readonly role: "container" | "init container" | "ephemeral container";
  /** The container as the object holds it. */
  readonly spec: JsonObject;
  readonly path: Path;
  /** The pod that it belongs to. */
  readonly pod: PodTemplate;
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

const roles = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;

/** Every container of the pods that an object makes. */
export function containersOf(object: JsonObject): readonly Container[] {
  return podsOf(object).flatMap((pod) => containersOfPod(pod));
}

/** Every container of a pod. */
export function containersOfPod(pod: PodTemplate): readonly Container[] {
  return roles.flatMap(([field, role]) => {
    const list = pod.spec[field];
    if (!isList(list)) return [];
    return list.flatMap((value, index): readonly Container[] => {
      // Kubernetes reads null as a container that says nothing.
      const spec = value ?? {};
      if (!isJsonObject(spec)) return [];
      return [{ label: label(role, spec, index), role, spec, path: [...pod.path, field, index], pod }];
    });
  });
}

function label(role: Container["role"], spec: JsonObject, index: number): string {
  const name = spec["name"];
  return `${role} ${typeof name === "string" ? JSON.stringify(name) : `number ${index + 1}`}`;
}
