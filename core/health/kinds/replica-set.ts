import { healthy, type HealthCheck } from "../status.ts";
import { replicaFailure, replicas, tooMany, unseen, waitingFor, wantedReplicas } from "./workload.ts";

/** Healthy once every replica is available; of a ReplicationController, too. */
export const replicaSet: HealthCheck = (object) => {
  const wanted = wantedReplicas(object);
  return (
    unseen(object) ??
    replicaFailure(object) ??
    tooMany(object, wanted) ??
    waitingFor(replicas(object, "availableReplicas"), wanted, "replicas available") ??
    healthy(`${wanted} replicas available.`)
  );
};
