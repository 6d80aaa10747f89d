import { count, healthy, progressing, specOf, statusOf, text, type HealthCheck } from "./status.ts";
import { record } from "../manifest/json.ts";
import { replicas, unseen, waitingFor, wantedReplicas } from "./workload.ts";

/** Healthy once every replica is ready and, unless a partition or `OnDelete` holds some back, of the latest revision. */
export const statefulSet: HealthCheck = (object) => {
  const wanted = wantedReplicas(object);
  const outdated = unseen(object);
  if (outdated !== undefined) return outdated;
  const ready = waitingFor(replicas(object, "readyReplicas"), wanted, "replicas ready");
  if (ready !== undefined) return ready;
  const strategy = record(specOf(object)["updateStrategy"]);
  if (strategy["type"] === "OnDelete") return healthy(`${wanted} replicas ready.`);
  const partition = count(record(strategy["rollingUpdate"])["partition"]);
  if (partition > 0) {
    const updated = waitingFor(replicas(object, "updatedReplicas"), wanted - partition, "replicas updated");
    return updated ?? healthy(`${wanted} replicas ready, ${partition} held back by the partition.`);
  }
  const { updateRevision, currentRevision } = statusOf(object);
  if (text(updateRevision) !== text(currentRevision)) {
    return progressing(`${replicas(object, "updatedReplicas")} of ${wanted} replicas updated.`);
  }
  return healthy(`${wanted} replicas ready.`);
};
