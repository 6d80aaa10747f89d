import type { KubernetesObject } from "../manifest/manifest.ts";
import { isJsonObject, isList, record } from "../manifest/json.ts";
import {
  condition,
  degraded,
  healthy,
  progressing,
  specOf,
  statusOf,
  text,
  unknown,
  type HealthCheck,
} from "./status.ts";

/** Reasons to wait that do not pass by themselves. */
const stuck = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** Healthy once it is ready or done; degraded if it failed or one of its containers cannot start. */
export const pod: HealthCheck = (object) => {
  const status = statusOf(object);
  const phase = text(status["phase"]);
  if (phase === "Succeeded") return healthy("The Pod is done.");
  if (phase === "Failed") return degraded(text(status["message"]) || text(status["reason"]) || "The Pod failed.");
  if (phase === "Unknown") return unknown("The node of the Pod does not answer.");
  const waiting = stuckContainer(object);
  if (waiting !== undefined) return degraded(waiting);
  if (phase === "Running" && condition(object, "Ready")?.status === "True") return healthy("The Pod is ready.");
  const scheduled = condition(object, "PodScheduled");
  if (scheduled?.reason === "Unschedulable") return progressing(`No node takes it: ${scheduled.message}`);
  const once = text(specOf(object)["restartPolicy"]);
  if (phase === "Running" && (once === "Never" || once === "OnFailure")) return progressing("The Pod is running.");
  return progressing(phase === "Running" ? "The Pod is not ready yet." : "The Pod is starting.");
};

function stuckContainer(object: KubernetesObject): string | undefined {
  const status = statusOf(object);
  for (const list of [status["initContainerStatuses"], status["containerStatuses"]]) {
    for (const container of isList(list) ? list.filter(isJsonObject) : []) {
      const waiting = record(record(container["state"])["waiting"]);
      const reason = text(waiting["reason"]);
      if (stuck.has(reason))
        return `Container ${text(container["name"])}: ${reason}. ${text(waiting["message"])}`.trim();
    }
  }
  return undefined;
}
