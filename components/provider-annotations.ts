import { record } from "../core/manifest/json.ts";
import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";
import type { PlannedObject } from "../core/plan/plan.ts";

/** Kinds that the provider would wait for, one watch an object: gates do it with one for all of a kind. */
const awaited: ReadonlySet<string> = new Set([
  "DaemonSet.apps",
  "Deployment.apps",
  "Ingress.networking.k8s.io",
  "Job.batch",
  "PersistentVolumeClaim",
  "Pod",
  "ReplicationController",
  "Service",
  "StatefulSet.apps",
]);

/** Of these, the kinds whose deletion the provider does not wait for either, once it is told not to wait. */
const goesUnseen: ReadonlySet<string> = new Set([
  "DaemonSet.apps",
  "Deployment.apps",
  "Job.batch",
  "Pod",
  "ReplicationController",
  "StatefulSet.apps",
]);

/** True for an object that may still be there when its deletion is done, as far as the provider knows. */
export function outlivesDeletion(object: KubernetesObject): boolean {
  return goesUnseen.has(kindGroup(object));
}

/**
 * The object with what the provider must know about it. It has no other way to be told, so the annotations land on the
 * live object; they are no part of the plan.
 */
export function withProviderAnnotations({ object, settings }: PlannedObject): KubernetesObject {
  const annotations = {
    ...record(object.metadata["annotations"]),
    // Each resource would have a manager of a random name, and hooks another one.
    "pulumi.com/patchFieldManager": "driftless",
    ...(awaited.has(kindGroup(object)) ? { "pulumi.com/skipAwait": "true" } : {}),
    ...(settings.force ? { "pulumi.com/patchForce": "true" } : {}),
    ...(settings.propagation === "foreground" ? {} : { "pulumi.com/deletionPropagationPolicy": settings.propagation }),
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
