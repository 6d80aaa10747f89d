import { record } from "../../manifest/json.ts";
import { healthy, specOf, type HealthCheck } from "../status.ts";
import { replicas, unseen, waitingFor } from "./workload.ts";

/** Healthy once every node that should run a pod has an updated and available one. */
export const daemonSet: HealthCheck = (object) => {
  const wanted = replicas(object, "desiredNumberScheduled");
  const onDelete = record(specOf(object)["updateStrategy"])["type"] === "OnDelete";
  return (
    unseen(object) ??
    (onDelete ? undefined : waitingFor(replicas(object, "updatedNumberScheduled"), wanted, "pods updated")) ??
    waitingFor(replicas(object, "numberAvailable"), wanted, "pods available") ??
    healthy(`${wanted} pods available.`)
  );
};
