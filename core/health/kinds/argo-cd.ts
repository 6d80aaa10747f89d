import { record } from "../../manifest/json.ts";
import {
  degraded,
  healthy,
  progressing,
  say,
  statusOf,
  suspended,
  text,
  unknown,
  type HealthCheck,
} from "../status.ts";

/** argoproj.io Application of Argo CD: healthy once it is synced and Argo CD finds its objects healthy. */
export const argoApplication: HealthCheck = (object) => {
  const status = statusOf(object);
  const { status: health, message } = record(status["health"]);
  const sync = text(record(status["sync"])["status"]);
  const operation = record(status["operationState"]);
  const why = text(message) === "" ? "" : `: ${text(message)}`;
  if (operation["phase"] === "Failed" || operation["phase"] === "Error") {
    return degraded(say(`The last sync failed: ${text(operation["message"])}`));
  }
  if (operation["phase"] === "Running") return progressing(say(`It is being synced: ${text(operation["message"])}`));
  if (health === "Degraded") return degraded(say(`Degraded${why}`));
  if (health === "Suspended") return suspended(say(`Suspended${why}`));
  if (health === "Unknown") return unknown(say(`Unknown${why}`));
  if (health !== "Healthy") return progressing(say(`${text(health) || "Not looked at yet"}${why}`));
  return sync === "Synced"
    ? healthy("Synced and healthy.")
    : progressing(`Healthy, but ${sync || "not compared yet"}.`);
};

/** argoproj.io Workflow: healthy once it succeeded. */
export const argoWorkflow: HealthCheck = (object) => {
  const { phase, message } = statusOf(object);
  if (phase === "Succeeded") return healthy("The Workflow succeeded.");
  if (phase === "Failed" || phase === "Error") {
    return { ...degraded(say(`The Workflow failed: ${text(message)}`)), patienceSeconds: 0 };
  }
  return progressing(say(text(message)) || "The Workflow runs.");
};
