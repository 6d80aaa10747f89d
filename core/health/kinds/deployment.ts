import {
  condition,
  conditionText,
  degraded,
  healthy,
  progressing,
  specOf,
  suspended,
  type HealthCheck,
} from "../status.ts";
import { replicaFailure, replicas, unseen, waitingFor, wantedReplicas } from "./workload.ts";

/** Healthy once every replica is updated and available and no old one is left. Source: Deployment, "Complete Deployment". */
export const deployment: HealthCheck = (object) => {
  const wanted = wantedReplicas(object);
  const outdated = unseen(object);
  if (outdated !== undefined) return outdated;
  if (specOf(object)["paused"] === true) return suspended("The Deployment is paused.");
  const rollout = condition(object, "Progressing");
  if (rollout?.reason === "ProgressDeadlineExceeded") return degraded(conditionText(rollout));
  const updated = replicas(object, "updatedReplicas");
  const old = replicas(object, "replicas") - updated;
  return (
    replicaFailure(object) ??
    waitingFor(updated, wanted, "replicas updated") ??
    (old > 0 ? progressing(`Old replicas still there: ${old}.`) : undefined) ??
    waitingFor(replicas(object, "availableReplicas"), wanted, "replicas available") ??
    healthy(`${wanted} replicas available.`)
  );
};
