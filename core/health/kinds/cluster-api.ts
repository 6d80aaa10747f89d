import {
  condition,
  conditionText,
  failed,
  healthy,
  outdated,
  progressing,
  say,
  specOf,
  statusOf,
  suspended,
  text,
  type HealthCheck,
} from "../status.ts";

/** cluster.x-k8s.io Cluster, Machine, MachineDeployment and the like: healthy once ready, or `Available` since v1beta2. */
export const clusterApi: HealthCheck = (object) => {
  if (specOf(object)["paused"] === true) return suspended("It is paused.");
  const { phase, failureMessage } = statusOf(object);
  if (text(failureMessage) !== "") return failed(say(text(failureMessage)));
  if (phase === "Failed") return failed("It failed.");
  const old = outdated(object);
  if (old !== undefined) return old;
  const found = condition(object, "Available") ?? condition(object, "Ready");
  if (found?.status === "True") return healthy(`It is ${text(phase) || "ready"}.`);
  const now = text(phase) === "" ? "" : `${text(phase)}: `;
  return progressing(say(`${now}${found === undefined ? "not ready yet" : conditionText(found)}`));
};
