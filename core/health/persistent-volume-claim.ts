import { degraded, healthy, progressing, statusOf, text, type HealthCheck } from "./status.ts";

/** Healthy once it is bound; degraded if its volume is lost. A claim that waits for its first pod is progressing. */
export const persistentVolumeClaim: HealthCheck = (object) => {
  const phase = text(statusOf(object)["phase"]);
  if (phase === "Bound") return healthy("The claim is bound.");
  if (phase === "Lost") return degraded("The volume of the claim is lost.");
  return progressing("The claim is not bound yet.");
};
