import { groupOf, kindGroup, type KubernetesObject } from "../manifest/manifest.ts";
import { generic } from "./kinds/generic.ts";
import { checksByGroup, checksByKind, staticKinds } from "./registry.ts";
import { progressing, type Health, type HealthCheck } from "./status.ts";

/** How objects are judged in an environment. */
export interface HealthChecks {
  /** How a live object is doing. */
  healthOf(object: KubernetesObject): Health;
  /** True for a kind, `Kind.group`, of which it is enough that the object is there. */
  isStatic(kind: string): boolean;
}

/** The checks that every environment has. */
export const builtInChecks: HealthChecks = { healthOf, isStatic: (kind) => staticKinds.has(kind) };

/** How a live object is doing, judged by itself alone. An object that is being deleted is progressing. */
export function healthOf(object: KubernetesObject): Health {
  return isBeingDeleted(object) ?? checkOf(object)(object);
}

/** Progressing while the deletion of an object waits for what it owns or for its finalizers. */
export function isBeingDeleted({ metadata }: KubernetesObject): Health | undefined {
  if (typeof metadata["deletionTimestamp"] !== "string") return undefined;
  const { finalizers } = metadata;
  const names = Array.isArray(finalizers) ? finalizers.map(String).join(", ") : "";
  return progressing(names === "" ? "It is being deleted." : `It is being deleted; its finalizers: ${names}.`);
}

function checkOf(object: KubernetesObject): HealthCheck {
  const kind = kindGroup(object);
  // A custom resource may be called anything, `constructor` among it.
  const byKind = Object.hasOwn(checksByKind, kind) ? checksByKind[kind] : undefined;
  if (byKind !== undefined) return byKind;
  const group = groupOf(object.apiVersion);
  const byGroup = Object.entries(checksByGroup).find(([end]) => group === end || group.endsWith(`.${end}`));
  return byGroup?.[1] ?? generic;
}
