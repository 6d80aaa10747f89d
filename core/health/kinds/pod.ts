import { podProblem } from "../pod-problem.ts";
import {
  condition,
  degraded,
  failed,
  healthy,
  progressing,
  say,
  specOf,
  statusOf,
  text,
  unknown,
  type HealthCheck,
} from "../status.ts";

/** Healthy once it is ready, or done where it is to run once; degraded if it failed or one of its containers cannot start. */
export const pod: HealthCheck = (object) => {
  const { phase, message, reason } = statusOf(object);
  if (phase === "Succeeded") return healthy("The Pod is done.");
  if (phase === "Unknown") return unknown("The node of the Pod does not answer.");
  const problem = podProblem(object);
  if (phase === "Failed") return failed(problem?.reason ?? say(text(message) || text(reason) || "The Pod failed"));
  if (problem?.stuck === true) return degraded(problem.reason);
  const { restartPolicy } = specOf(object);
  const once = restartPolicy === "Never" || restartPolicy === "OnFailure";
  if (phase === "Running" && !once && condition(object, "Ready")?.status === "True")
    return healthy("The Pod is ready.");
  if (problem !== undefined) return progressing(problem.reason);
  if (phase === "Running" && once) return progressing("The Pod is running.");
  return progressing(phase === "Running" ? "The Pod is not ready yet." : "The Pod is starting.");
};
