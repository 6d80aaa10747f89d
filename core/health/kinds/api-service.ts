import { condition, conditionText, healthy, progressing, say, type HealthCheck } from "../status.ts";

/** Healthy once the API server can reach what serves the group. */
export const apiService: HealthCheck = (object) => {
  const available = condition(object, "Available");
  if (available?.status === "True") return healthy("It is available.");
  return progressing(
    available === undefined ? "It was not tried yet." : say(`Not available: ${conditionText(available)}`),
  );
};
