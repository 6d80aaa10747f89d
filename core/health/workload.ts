import type { KubernetesObject } from "../manifest/manifest.ts";
import { count, progressing, specOf, statusOf, type Health } from "./status.ts";

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

/** A workload's controller always reports the generation that it saw: without one it has not looked yet. */
export function unseen(object: KubernetesObject): Health | undefined {
  const generation = count(object.metadata["generation"]);
  return count(statusOf(object)["observedGeneration"]) < generation
    ? progressing("Its controller has not seen the latest change yet.")
    : undefined;
}
