import { kindGroup, type KubernetesObject, type Manifest } from "../manifest/manifest.ts";
import { record } from "../manifest/json.ts";
import { builtInKinds, type Scope } from "./kinds.ts";

/** A kind that a CustomResourceDefinition defines. */
export interface CustomKind {
  readonly scope: Scope;
  /** Name of its resource, as paths of the API have it; undefined if the definition names none. */
  readonly plural: string | undefined;
}

/** What a plan knows about kinds beyond the built-in ones, by `Kind.group`. */
export type CustomKinds = ReadonlyMap<string, CustomKind>;

/** The kinds that CustomResourceDefinitions among these manifests define. */
export function customKinds(manifests: Iterable<Manifest>): CustomKinds {
  const kinds = new Map<string, CustomKind>();
  for (const { object } of manifests) {
    if (kindGroup(object) !== "CustomResourceDefinition.apiextensions.k8s.io") continue;
    const spec = record(object["spec"]);
    const { kind, plural } = record(spec["names"]);
    const group = spec["group"];
    if (typeof kind !== "string" || typeof group !== "string") continue;
    kinds.set(`${kind}.${group}`, {
      scope: spec["scope"] === "Namespaced" ? "namespaced" : "cluster",
      plural: typeof plural === "string" ? plural : undefined,
    });
  }
  return kinds;
}

/** Scope of a kind, or undefined if neither Kubernetes nor the plan defines it. No plan can redefine a built-in kind. */
export function scopeOf(kind: string, custom: CustomKinds): Scope | undefined {
  return builtInKinds.get(kind) ?? custom.get(kind)?.scope;
}

/** True for kinds of Kubernetes itself. */
export function isBuiltIn(object: KubernetesObject): boolean {
  return builtInKinds.has(kindGroup(object));
}
