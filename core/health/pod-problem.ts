import { record } from "../manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { condition, count, objectsIn, say, specOf, statusOf, text } from "./status.ts";

/** What keeps a pod from being ready, in one sentence. */
export interface PodProblem {
  readonly reason: string;
  /** It does not pass by waiting a little, so far as that can be seen. */
  readonly stuck: boolean;
  /** The container whose last lines may tell more; `restarted`: those before its last restart. */
  readonly container?: { readonly name: string; readonly restarted: boolean };
}

const imageReasons = new Set(["ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"]);
/** Stages that every pod passes. */
const usual = new Set(["", "ContainerCreating", "PodInitializing"]);

/** The first thing that keeps a pod from being ready; undefined where nothing does, or nothing is known yet. */
export function podProblem(pod: KubernetesObject): PodProblem | undefined {
  const status = statusOf(pod);
  const containers: readonly (readonly [string, JsonObject])[] = [
    ...objectsIn(status["initContainerStatuses"]).map((item) => ["Init container", item] as const),
    ...objectsIn(status["containerStatuses"]).map((item) => ["Container", item] as const),
  ];
  for (const [what, item] of containers) {
    const problem = containerProblem(what, item, pod);
    if (problem !== undefined) return problem;
  }
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.status === "False") return { reason: say(`No node takes it: ${scheduled.message}`), stuck: false };
  if (status["phase"] === "Failed") {
    return { reason: say(`It failed: ${text(status["message"]) || text(status["reason"])}`), stuck: true };
  }
  const unready = objectsIn(status["containerStatuses"]).find(
    ({ ready, state }) => ready === false && record(state)["running"] !== undefined,
  );
  if (status["phase"] !== "Running" || unready === undefined) return undefined;
  return { reason: `Container "${text(unready["name"])}" runs but is not ready.`, stuck: false };
}

function containerProblem(what: string, item: JsonObject, pod: KubernetesObject): PodProblem | undefined {
  const name = text(item["name"]);
  const title = `${what} "${name}"`;
  const state = record(item["state"]);
  const waiting = record(state["waiting"]);
  const reason = text(waiting["reason"]);
  const ended = record(state["terminated"] ?? record(item["lastState"])["terminated"]);
  const restarts = count(item["restartCount"]);
  if (reason === "CrashLoopBackOff" || count(record(state["terminated"])["exitCode"]) !== 0) {
    const times = restarts === 0 ? "" : `, ${restarts} ${restarts === 1 ? "restart" : "restarts"}`;
    const how =
      ended["reason"] === "OOMKilled"
        ? `ran out of memory (OOMKilled${limitOf(pod, name)}${times})`
        : `crashes (exit code ${count(ended["exitCode"])}${times})`;
    return {
      reason: say(`${title} ${how}: ${text(ended["message"])}`.replace(/: $/, "")),
      stuck: true,
      container: { name, restarted: restarts > 0 && state["terminated"] === undefined },
    };
  }
  if (imageReasons.has(reason)) {
    return {
      reason: say(`${title} cannot pull its image (${reason}): ${text(waiting["message"]) || text(item["image"])}`),
      stuck: true,
    };
  }
  if (usual.has(reason)) return undefined;
  return {
    reason: say(`${title} cannot start (${reason}): ${text(waiting["message"])}`.replace(/: $/, "")),
    stuck: true,
  };
}

function limitOf(pod: KubernetesObject, name: string): string {
  const containers = [...objectsIn(specOf(pod)["initContainers"]), ...objectsIn(specOf(pod)["containers"])];
  const { memory } = record(record(containers.find((item) => item["name"] === name)?.["resources"])["limits"]);
  return typeof memory === "string" ? `, limit ${memory}` : "";
}
