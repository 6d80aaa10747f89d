import { healthy, progressing, statusOf, type HealthCheck } from "../status.ts";

/** Healthy unless it is being emptied. */
export const namespace: HealthCheck = (object) =>
  statusOf(object)["phase"] === "Terminating"
    ? progressing("The Namespace is being deleted.")
    : healthy("The Namespace exists.");
