import { condition, conditionText, degraded, healthy, progressing, say, type HealthCheck } from "../status.ts";

/** Healthy once its kinds are served; degraded if another definition has one of its names. */
export const customResourceDefinition: HealthCheck = (object) => {
  const names = condition(object, "NamesAccepted");
  if (names?.status === "False") return degraded(say(`Its names are taken: ${conditionText(names)}`));
  const established = condition(object, "Established");
  return established?.status === "True"
    ? healthy("Its kinds are served.")
    : progressing("Its kinds are not served yet.");
};
