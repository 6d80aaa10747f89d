import type { KubernetesObject } from "../../manifest/manifest.ts";
import {
  condition,
  conditionText,
  count,
  degraded,
  generationOf,
  notSeen,
  progressing,
  say,
  specOf,
  statusOf,
} from "../status.ts";
import type { Health } from "../status.ts";

/** Replicas that a workload wants; Kubernetes takes 1 where none are named. */
export function wantedReplicas(object: KubernetesObject): number {
  return count(specOf(object)["replicas"], 1);
}

/** A count of the status, such as `readyReplicas`, which the API leaves out when it is 0. */
export function replicas(object: KubernetesObject, field: string): number {
  return count(statusOf(object)[field]);
}

/** Progressing with "2 of 3 replicas updated", or undefined once there are enough. */
export function waitingFor(actual: number, wanted: number, what: string): Health | undefined {
  return actual < wanted ? progressing(`${actual} of ${wanted} ${what}.`) : undefined;
}

/** Progressing while there are more replicas than wanted. */
export function tooMany(object: KubernetesObject, wanted: number): Health | undefined {
  const surplus = replicas(object, "replicas") - wanted;
  return surplus > 0 ? progressing(`${surplus} surplus replicas are still there.`) : undefined;
}

/** A workload's controller always reports the generation that it saw: without one it has not looked yet. */
export function unseen(object: KubernetesObject): Health | undefined {
  return count(statusOf(object)["observedGeneration"]) < generationOf(object) ? notSeen : undefined;
}

/** Degraded while pods cannot even be created: a quota, a webhook, a missing service account. */
export function replicaFailure(object: KubernetesObject): Health | undefined {
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status !== "True") return undefined;
  return degraded(say(`Pods cannot be created: ${conditionText(failure)}`));
}
