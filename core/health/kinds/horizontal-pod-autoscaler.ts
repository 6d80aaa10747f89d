import {
  condition,
  conditionText,
  degraded,
  healthy,
  outdated,
  progressing,
  say,
  statusOf,
  suspended,
  type HealthCheck,
} from "../status.ts";

/**
 * Healthy once it can scale its target. One that has no metrics yet is healthy too, and says so: pods that just
 * started have none, and a run must not wait for them. Source: conditions of autoscaling/v2.
 */
export const horizontalPodAutoscaler: HealthCheck = (object) => {
  const old = outdated(object);
  if (old !== undefined) return old;
  const able = condition(object, "AbleToScale");
  const active = condition(object, "ScalingActive");
  if (able?.status === "False") return degraded(conditionText(able));
  if (active?.reason === "ScalingDisabled") return suspended(conditionText(active));
  if (active?.status === "False") {
    const lasting = active.reason.startsWith("Invalid");
    return lasting ? degraded(conditionText(active)) : healthy(say(`It scales nothing yet: ${conditionText(active)}`));
  }
  // The first version of the API has no conditions.
  const looked = able !== undefined || statusOf(object)["currentReplicas"] !== undefined;
  return looked ? healthy("It can scale its target.") : progressing("Its controller has not looked at it yet.");
};
