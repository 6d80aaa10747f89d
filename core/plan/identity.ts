import { kindGroup, namespaceOf, type KubernetesObject } from "../manifest/manifest.ts";
import { siblingVersions } from "./api-versions.ts";

/*
 * Who is who in the state. Changing anything here replaces live resources: the results are fixed as literals in the tests.
 */

/** Pulumi types of the components. A component's resource name is the plain name of what it stands for. */
export const componentTypes = {
  environment: "driftless:index:Environment",
  cluster: "driftless:index:Cluster",
  tenant: "driftless:index:Tenant",
  application: "driftless:index:Application",
} as const;

/** What makes an object the same object, whatever its API version. */
export interface ObjectIdentity {
  readonly cluster: string;
  /** `Kind.group`, or `Kind` in the core group. */
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
}

/** Pulumi type of an object: `kubernetes:apps/v1:Deployment`; `kubernetes:core/v1:ConfigMap` in the core group. */
export function resourceType(object: { readonly apiVersion: string; readonly kind: string }): string {
  const version = object.apiVersion.includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
  return `kubernetes:${version}:${object.kind}`;
}

/** Pulumi name of an object: `<cluster>/<namespace or _>/<Kind.group>/<name>`. No part can hold a slash. */
export function resourceName(cluster: string, object: KubernetesObject): string {
  const { name } = object.metadata;
  return nameOfIdentity({ cluster, namespace: namespaceOf(object), kind: kindGroup(object), name });
}

/** The resource name that spells an identity. */
export function nameOfIdentity({
  cluster,
  namespace,
  kind,
  name,
}: Omit<ObjectIdentity, "namespace"> & { readonly namespace?: string | undefined }): string {
  return `${cluster}/${namespace ?? "_"}/${kind}/${name}`;
}

/** The identity that a resource name spells, or undefined if it is not one of ours. */
export function parseResourceName(name: string): ObjectIdentity | undefined {
  const [cluster, namespace, kind, object, ...rest] = name.split("/");
  if (!cluster || !namespace || !kind || !object || rest.length > 0) return undefined;
  return { cluster, kind, ...(namespace === "_" ? {} : { namespace }), name: object };
}

/**
 * Types under which the state may know the same object: its kind in the other versions of its API group. Given as
 * aliases, they make a change of API version, forward or back, an update instead of a replacement.
 */
export function aliasTypes(type: string): readonly string[] {
  const match = /^kubernetes:([^/:]+)\/([^:]+):(.+)$/.exec(type);
  const [, group, version, kind] = match ?? [];
  if (group === undefined || version === undefined || kind === undefined) return [];
  return siblingVersions(group, kind)
    .filter((sibling) => sibling !== version)
    .map((sibling) => `kubernetes:${group}/${sibling}:${kind}`);
}

/** The two parts of a URN `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>` that identify a resource. */
export interface ParsedUrn {
  /** The resource's own type, without those of its parents. */
  readonly type: string;
  readonly name: string;
}

/** Type and name in a Pulumi URN, or undefined if it is none. */
export function parseUrn(urn: string): ParsedUrn | undefined {
  const match = /^urn:pulumi:[^:]*::[^:]*::(.+?)::(.+)$/s.exec(urn);
  const [, types, name] = match ?? [];
  if (types === undefined || name === undefined) return undefined;
  return { type: types.slice(types.lastIndexOf("$") + 1), name };
}

/** The Kubernetes object that a URN stands for, or undefined if it stands for something else. */
export function objectOfUrn(urn: string): ObjectIdentity | undefined {
  const parsed = parseUrn(urn);
  return parsed?.type.startsWith("kubernetes:") === true ? parseResourceName(parsed.name) : undefined;
}

/**
 * The owner that a component's URN stands for: `environment`, `application/<name>`, `tenant/<name>` or
 * `cluster/<name>`. An object's URN does not hold its owner's name: ask with the URN of its parent.
 */
export function ownerOfUrn(urn: string): string | undefined {
  const parsed = parseUrn(urn);
  if (parsed?.type === componentTypes.environment) return "environment";
  const kind = (["cluster", "tenant", "application"] as const).find((name) => componentTypes[name] === parsed?.type);
  return parsed === undefined || kind === undefined ? undefined : `${kind}/${parsed.name}`;
}

/** Name of the application that an owner is, or undefined if it is something else. */
export function applicationOf(owner: string): string | undefined {
  return /^application\/(.+)$/.exec(owner)?.[1];
}
