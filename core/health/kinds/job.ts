import {
  condition,
  conditionText,
  failed,
  healthy,
  progressing,
  say,
  specOf,
  suspended,
  type HealthCheck,
} from "../status.ts";
import { replicas } from "./workload.ts";

/** Healthy once it completed; degraded once it failed for good: its backoff limit, deadline or failure policy. */
export const job: HealthCheck = (object) => {
  const failure = condition(object, "Failed");
  if (failure?.status === "True") return failed(say(`The Job failed: ${conditionText(failure)}`));
  if (condition(object, "Complete")?.status === "True") return healthy("The Job completed.");
  if (specOf(object)["suspend"] === true) return suspended("The Job is suspended.");
  const failures = replicas(object, "failed");
  const tried = failures === 0 ? "" : `, ${failures} failed`;
  return progressing(`Pods: ${replicas(object, "active")} running, ${replicas(object, "succeeded")} done${tried}.`);
};
