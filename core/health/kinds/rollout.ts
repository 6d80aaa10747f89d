import { isJsonObject, record } from "../../manifest/json.ts";
import type { KubernetesObject } from "../../manifest/manifest.ts";
import {
  count,
  degraded,
  generationOf,
  healthy,
  objectsIn,
  notSeen,
  progressing,
  say,
  specOf,
  statusOf,
  suspended,
  text,
  type HealthCheck,
} from "../status.ts";

/**
 * argoproj.io Rollout, by `status.phase`: healthy once it is fully promoted; suspended while it waits for a person at a
 * step without a duration; degraded when it was aborted. The reason names the step and the weight of the canary.
 */
export const rollout: HealthCheck = (object) => {
  const { phase, message, observedGeneration, abort } = statusOf(object);
  // The only controller that writes the generation as a text.
  const seen = Number(text(observedGeneration) || count(observedGeneration));
  if (!(seen >= generationOf(object))) return notSeen;
  const step = stepText(object);
  const why = step === "" ? say(text(message)) : say(`${step}${text(message) === "" ? "" : `: ${text(message)}`}`);
  switch (text(phase)) {
    case "Healthy":
      return healthy(why || "It is fully promoted.");
    case "Paused":
      return waitsForPerson(object)
        ? suspended(`${why || "Paused."} It goes on when it is promoted.`)
        : progressing(why || "Paused for a while.");
    case "Degraded":
      return degraded(abort === true ? say(`Aborted: ${why}`) : why || "The rollout failed.");
    default:
      return progressing(why || "It is rolled out.");
  }
};

/** "Canary step 3 of 6, weight 20 %", from 1; empty for other strategies and when all steps are done. */
function stepText(object: KubernetesObject): string {
  const { canary } = record(specOf(object)["strategy"]);
  const steps = objectsIn(record(canary)["steps"]);
  const status = statusOf(object);
  const index = status["currentStepIndex"];
  if (steps.length === 0 || typeof index !== "number" || index >= steps.length) return "";
  const weights = record(record(record(status["canary"])["weights"])["canary"]);
  const told = weights["weight"] ?? steps.slice(0, index + 1).findLast((step) => "setWeight" in step)?.["setWeight"];
  return `Canary step ${index + 1} of ${steps.length}${typeof told === "number" ? `, weight ${told} %` : ""}`;
}

/** True at a pause that has no end of its own. */
function waitsForPerson(object: KubernetesObject): boolean {
  const spec = specOf(object);
  if (spec["paused"] === true) return true;
  const { canary, blueGreen } = record(spec["strategy"]);
  if (isJsonObject(blueGreen)) return blueGreen["autoPromotionSeconds"] === undefined;
  const index = count(statusOf(object)["currentStepIndex"], -1);
  const step = objectsIn(record(canary)["steps"])[index];
  return step === undefined || record(step["pause"])["duration"] === undefined;
}
