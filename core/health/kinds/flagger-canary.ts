import { record } from "../../manifest/json.ts";
import type { KubernetesObject } from "../../manifest/manifest.ts";
import { durationSeconds } from "../../environment/duration.ts";
import {
  condition,
  conditionText,
  count,
  generationOf,
  healthy,
  notSeen,
  progressing,
  say,
  specOf,
  statusOf,
  suspended,
  text,
  type Health,
  type HealthCheck,
} from "../status.ts";

/**
 * flagger.app Canary, by `status.phase`: healthy when it is set up or promoted, degraded when the analysis failed and
 * the old version is back; suspended while a webhook holds it for a person. The reason tells weight, iteration and
 * failed checks. Flagger finds a new version of the workload only at its next look, so a phase may be one behind.
 */
export const flaggerCanary: HealthCheck = (object) => {
  const status = statusOf(object);
  if (count(status["observedGeneration"], generationOf(object)) < generationOf(object)) {
    return notSeen;
  }
  const phase = text(status["phase"]);
  const promoted = condition(object, "Promoted");
  switch (phase) {
    case "Initialized":
      return healthy("It is set up; no new version is analysed.");
    case "Succeeded":
      return healthy("The new version is promoted.");
    case "Failed":
      return rolledBack(object, promoted === undefined ? "" : `: ${conditionText(promoted)}`);
    case "WaitingPromotion":
      return suspended(`${progressText(object)}: it waits to be promoted.`);
    case "":
      return progressing("Flagger has not looked at it yet.");
    default:
      return progressing(`${phase}, ${progressText(object)}.`);
  }
};

/** "weight 20 %, iteration 3 of 10, 1 of 5 failed checks". */
function progressText(object: KubernetesObject): string {
  const { canaryWeight, iterations, failedChecks } = statusOf(object);
  const analysis = analysisOf(object);
  const limit = (field: string): string => (typeof analysis[field] === "number" ? ` of ${analysis[field]}` : "");
  const iteration = typeof analysis["iterations"] === "number";
  return [
    `weight ${count(canaryWeight)} %${limit("maxWeight")}`,
    ...(iteration ? [`iteration ${count(iterations)}${limit("iterations")}`] : []),
    `${count(failedChecks)}${limit("threshold")} failed checks`,
  ].join(", ");
}

/** A new version ends this phase, but only at Flagger's next look: it gets two. */
function rolledBack(object: KubernetesObject, why: string): Health {
  const interval = text(analysisOf(object)["interval"]);
  const seconds = /^\d+[smh]$/.test(interval) ? durationSeconds(interval) : 60;
  return { status: "degraded", reason: say(`The analysis failed${why}`), patienceSeconds: 2 * seconds };
}

function analysisOf(object: KubernetesObject) {
  const spec = specOf(object);
  // `canaryAnalysis` in its first version.
  return record(spec["analysis"] ?? spec["canaryAnalysis"]);
}
