import { condition, conditionText, degraded, healthy, type HealthCheck } from "./status.ts";
import { replicas, unseen, waitingFor, wantedReplicas } from "./workload.ts";

/** Healthy once every replica is available. */
export const replicaSet: HealthCheck = (object) => {
  const wanted = wantedReplicas(object);
  const outdated = unseen(object);
  if (outdated !== undefined) return outdated;
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status === "True") return degraded(conditionText(failure));
  return (
    waitingFor(replicas(object, "availableReplicas"), wanted, "replicas available") ??
    healthy(`${wanted} replicas available.`)
  );
};
