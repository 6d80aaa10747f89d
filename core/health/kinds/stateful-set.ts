import { record } from "../../manifest/json.ts";
import { count, healthy, progressing, specOf, statusOf, text, type HealthCheck } from "../status.ts";
import { replicas, tooMany, unseen, waitingFor, wantedReplicas } from "./workload.ts";

/**
 * Healthy once every replica is ready and, unless a partition or `OnDelete` holds some back, of the latest revision.
 * Its controller reports no failures; the claims of `volumeClaimTemplates` show in pods that find no node.
 */
export const statefulSet: HealthCheck = (object) => {
  const wanted = wantedReplicas(object);
  const early = unseen(object) ?? tooMany(object, wanted);
  if (early !== undefined) return early;
  const ready = waitingFor(replicas(object, "readyReplicas"), wanted, "replicas ready");
  if (ready !== undefined) return ready;
  const strategy = record(specOf(object)["updateStrategy"]);
  if (strategy["type"] === "OnDelete") return healthy(`${wanted} replicas ready; updated as they are deleted.`);
  const partition = count(record(strategy["rollingUpdate"])["partition"]);
  if (partition > 0) {
    const updated = waitingFor(replicas(object, "updatedReplicas"), wanted - partition, "replicas updated");
    return updated ?? healthy(`${wanted} replicas ready, ${Math.min(partition, wanted)} held back by the partition.`);
  }
  const { updateRevision, currentRevision } = statusOf(object);
  if (wanted > 0 && text(updateRevision) !== text(currentRevision)) {
    return progressing(`${replicas(object, "updatedReplicas")} of ${wanted} replicas updated.`);
  }
  return healthy(`${wanted} replicas ready.`);
};
