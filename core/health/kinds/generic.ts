import {
  condition,
  conditionText,
  degraded,
  failed,
  healthy,
  hasOldCondition,
  notSeen,
  outdated,
  progressing,
  say,
  statusOf,
  text,
  type HealthCheck,
} from "../status.ts";

/** Conditions of which one tells that the object does what it is for, the first that it has. */
const good = ["Ready", "Available", "Healthy", "Established", "Programmed"];

/**
 * What most controllers agree on (kstatus and the API conventions of Kubernetes): `observedGeneration` says which spec
 * was seen, the conditions `Ready` or `Available` how it went, `Reconciling` that it goes on, `Stalled` and `Failed`
 * that it does not. An object that says none of this is healthy because it exists.
 */
export const generic: HealthCheck = (object) => {
  const old = outdated(object);
  if (old !== undefined) return old;
  for (const type of ["Stalled", "Failed", "Degraded"]) {
    const found = condition(object, type);
    if (found?.status === "True") return degraded(say(`${type}: ${conditionText(found)}`));
  }
  const working = condition(object, "Reconciling");
  if (working?.status === "True") return progressing(conditionText(working));
  if (hasOldCondition(object, good)) return notSeen;
  for (const type of good) {
    const found = condition(object, type);
    if (found === undefined) continue;
    return found.status === "True" ? healthy(`${type}.`) : progressing(say(`Not ${type}: ${conditionText(found)}`));
  }
  const succeeded = condition(object, "Succeeded");
  if (succeeded?.status === "False") return failed(conditionText(succeeded));
  if (succeeded !== undefined && succeeded.status !== "True") return progressing(conditionText(succeeded));
  const { phase, message } = statusOf(object);
  if (phase === "Failed" || phase === "Error")
    return degraded(say(`${phase}: ${text(message) || "no reason is given"}`));
  return healthy(succeeded === undefined ? "It exists." : "Succeeded.");
};
