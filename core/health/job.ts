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
import { replicas } from "./workload.ts";

/** Healthy once it completed; degraded once it failed for good. */
export const job: HealthCheck = (object) => {
  const failed = condition(object, "Failed");
  if (failed?.status === "True") return degraded(conditionText(failed));
  if (condition(object, "Complete")?.status === "True") return healthy("The Job completed.");
  if (specOf(object)["suspend"] === true) return suspended("The Job is suspended.");
  return progressing(`${replicas(object, "active")} pods running, ${replicas(object, "succeeded")} done.`);
};
