/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Keys and positions from the root of an object. */
export type Path = readonly (string | number)[];

/** The part of every Kubernetes object that Driftless relies on; the rest is kept as it is. */
export interface KubernetesObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** `metadata` of an object in Git: a name is required; hooks with `generateName` get one, see `hook-name.ts`. */
export interface ObjectMeta extends JsonObject {
  readonly name: string;
}

/** Where a manifest came from, within the source at its revision. */
export interface Origin {
  /** File, relative to the root of the source. */
  readonly path: string;
  /** Document inside the file, from 1. */
  readonly document?: number;
  /** Line on which the document starts, from 1. */
  readonly line?: number;
}

/** What Git holds: one object and where it came from. */
export interface Manifest {
  readonly object: KubernetesObject;
  readonly origin: Origin;
}

/** API group of an `apiVersion`: `apps` of `apps/v1`, the empty string for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}

/** `Kind.group`, or `Kind` in the core group: how a kind is named in documents, messages and resource names. */
export function kindGroup(object: { readonly apiVersion: string; readonly kind: string }): string {
  const group = groupOf(object.apiVersion);
  return group === "" ? object.kind : `${object.kind}.${group}`;
}

/** `metadata.namespace` where it is a non-empty string. */
export function namespaceOf(object: KubernetesObject): string | undefined {
  const namespace = object.metadata["namespace"];
  return typeof namespace === "string" && namespace !== "" ? namespace : undefined;
}
