import {
  condition,
  conditionText,
  degraded,
  healthy,
  progressing,
  specOf,
  suspended,
  type HealthCheck,
} from "./status.ts";
import { replicas, unseen, waitingFor, wantedReplicas } from "./workload.ts";

/** Healthy once every replica is updated and available and no old one is left. */
export const deployment: HealthCheck = (object) => {
  const wanted = wantedReplicas(object);
  const outdated = unseen(object);
  if (outdated !== undefined) return outdated;
  if (specOf(object)["paused"] === true) return suspended("The Deployment is paused.");
  const rollout = condition(object, "Progressing");
  if (rollout?.reason === "ProgressDeadlineExceeded") return degraded(conditionText(rollout));
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status === "True") return degraded(conditionText(failure));
  const updated = replicas(object, "updatedReplicas");
  const old = replicas(object, "replicas") - updated;
  return (
    waitingFor(updated, wanted, "replicas updated") ??
    (old > 0 ? progressing(`${old} old replicas are still there.`) : undefined) ??
    waitingFor(replicas(object, "availableReplicas"), wanted, "replicas available") ??
    healthy(`${wanted} replicas available.`)
  );
};
