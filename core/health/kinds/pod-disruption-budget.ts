import { condition, conditionText, degraded, healthy, type HealthCheck } from "../status.ts";
import { replicas, unseen } from "./workload.ts";

/**
 * Healthy once its controller has counted its pods, however few are healthy: they may come in a later wave, and whoever
 * made them is waited for.
 */
export const podDisruptionBudget: HealthCheck = (object) => {
  const old = unseen(object);
  if (old !== undefined) return old;
  const allowed = condition(object, "DisruptionAllowed");
  if (allowed?.reason === "SyncFailed") return degraded(conditionText(allowed));
  return healthy(`${replicas(object, "currentHealthy")} of ${replicas(object, "desiredHealthy")} wanted pods healthy.`);
};
