import { condition, conditionText, degraded, healthy, isOutdated, progressing, type HealthCheck } from "./status.ts";

/**
 * What most controllers agree on: `observedGeneration` says which spec was seen, the conditions `Ready` (or
 * `Available`, for CustomResourceDefinitions `Established`) how it went; `Stalled` that it will not go on by itself.
 */
export const generic: HealthCheck = (object) => {
  if (isOutdated(object)) return progressing("Its controller has not seen the latest change yet.");
  const stalled = condition(object, "Stalled");
  if (stalled?.status === "True") return degraded(conditionText(stalled));
  for (const type of ["Ready", "Available", "Established"]) {
    const found = condition(object, type);
    if (found === undefined) continue;
    return found.status === "True" ? healthy(`${type}.`) : progressing(`Not ${type}: ${conditionText(found)}`);
  }
  return healthy("It exists.");
};
