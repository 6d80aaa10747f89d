import { kindGroup, type KubernetesObject, type Manifest } from "../manifest/manifest.ts";
import { record } from "../manifest/json.ts";
import { builtInKinds, type Scope } from "./kinds.ts";

/** What a plan knows about kinds beyond the built-in ones. */
export type CustomKinds = ReadonlyMap<string, Scope>;

/** Scope of the kinds that CustomResourceDefinitions among these manifests define, by `Kind.group`. */
export function customKinds(manifests: Iterable<Manifest>): CustomKinds {
  const kinds = new Map<string, Scope>();
  for (const { object } of manifests) {
    if (kindGroup(object) !== "CustomResourceDefinition.apiextensions.k8s.io") continue;
    const spec = record(object["spec"]);
    const kind = record(spec["names"])["kind"];
    const group = spec["group"];
    if (typeof kind !== "string" || typeof group !== "string") continue;
    kinds.set(`${kind}.${group}`, spec["scope"] === "Namespaced" ? "namespaced" : "cluster");
  }
  return kinds;
}

/** Scope of a kind, or undefined if neither Kubernetes nor the plan defines it. No plan can redefine a built-in kind. */
export function scopeOf(kind: string, custom: CustomKinds): Scope | undefined {
  return builtInKinds.get(kind) ?? custom.get(kind);
}

/** True for kinds of Kubernetes itself. */
export function isBuiltIn(object: KubernetesObject): boolean {
  return builtInKinds.has(kindGroup(object));
}
