import { isList, record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { podsOf, type PodTemplate } from "../core/manifest/pods.ts";
import type { Subject } from "./subject.ts";

/** `Kind.group` of a Kubernetes object, `Kind` in the core group; the Pulumi type of anything else. */
export function kindOf({ type }: Subject): string {
  const [, group, kind] = /^kubernetes:([^/:]+)\/[^:]+:(.+)$/.exec(type) ?? [];
  if (group === undefined || kind === undefined) return type;
  return group === "core" ? kind : `${kind}.${group}`;
}

/** Namespace of a namespaced object; Kubernetes puts one that names none into `default`. */
export function namespaceIn({ object }: Subject): string {
  const namespace = record(object["metadata"])["namespace"];
  return typeof namespace === "string" && namespace !== "" ? namespace : "default";
}

/** Cluster and namespace as one key, by which namespaced objects find each other. */
export function placeOf(subject: Subject): string {
  return `${subject.cluster}/${namespaceIn(subject)}`;
}

/** `metadata.name`, or nothing. */
export function titleOf({ object }: Subject): string {
  const name = record(object["metadata"])["name"];
  return typeof name === "string" ? name : "";
}

/** Pods that an object makes once it is applied. A PodTemplate makes none, and a template without containers is no pod. */
export function runningPods(subject: Subject): readonly PodTemplate[] {
  if (kindOf(subject) === "PodTemplate") return [];
  return podsOf(subject.object).filter(({ spec }) => isList(spec["containers"]));
}

/** Labels of the pods of a template; those of Jobs have their Job's name beside them. */
export function podLabels(subject: Subject, { metadata }: PodTemplate): JsonObject {
  const labels = record(metadata["labels"]);
  if (kindOf(subject) !== "Job.batch") return labels;
  const name = titleOf(subject);
  return { "job-name": name, "batch.kubernetes.io/job-name": name, ...labels };
}
