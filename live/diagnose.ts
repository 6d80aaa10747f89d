import { DriftlessError } from "../core/errors/error.ts";
import { podProblem, type PodProblem } from "../core/health/pod-problem.ts";
import { condition, conditionText, say, specOf, text } from "../core/health/status.ts";
import { record } from "../core/manifest/json.ts";
import { kindGroup, namespaceOf, type JsonObject, type KubernetesObject } from "../core/manifest/manifest.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";

/** Lines of a container that are read; the last one that is not empty is shown. */
const logLines = 5;
const longestLine = 200;
/** Pods and events that are looked at: one tells as much as a hundred. */
const most = 50;

/**
 * Why a live object is not healthy, so far as its pods, their logs and its events tell: one or two sentences; undefined
 * if they tell nothing. Asks the cluster two to five times. Never reads a Secret.
 */
export async function diagnose(server: ApiServer, object: KubernetesObject): Promise<string | undefined> {
  try {
    return (await fromPods(server, object)) ?? (await fromEvents(server, object));
  } catch (error) {
    // The failure is told without it.
    if (error instanceof ApiError || error instanceof DriftlessError) return undefined;
    throw error;
  }
}

async function fromPods(server: ApiServer, object: KubernetesObject): Promise<string | undefined> {
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status === "True") return say(`Pods cannot be created: ${conditionText(failure)}`);
  const pods = await podsOf(server, object);
  const problems = pods.flatMap((pod) => {
    const problem = podProblem(pod);
    return problem === undefined ? [] : [{ pod, problem }];
  });
  const found = problems.find(({ problem }) => problem.stuck) ?? problems[0];
  if (found === undefined) return undefined;
  const { pod, problem } = found;
  const name = `Pod ${pod.metadata.name}`;
  const more = (await lastLine(server, pod, problem)) ?? (problem.stuck ? undefined : await lastWarning(server, pod));
  return more === undefined ? `${name}: ${problem.reason}` : `${name}: ${problem.reason} ${more}`;
}

/** The pods that a workload selects, the newest first; a pod stands for itself. */
async function podsOf(server: ApiServer, object: KubernetesObject): Promise<readonly KubernetesObject[]> {
  if (kindGroup(object) === "Pod") return [object];
  const labelSelector = selectorOf(object);
  const namespace = namespaceOf(object);
  if (labelSelector === undefined || namespace === undefined) return [];
  const pods = (await server.snapshot("v1", "Pod", { namespace, labelSelector }))?.objects ?? [];
  const made = (pod: KubernetesObject): string => text(pod.metadata["creationTimestamp"]);
  return pods
    .filter(isKubernetesObject)
    .filter(({ metadata }) => metadata["deletionTimestamp"] === undefined)
    .sort((left, right) => made(right).localeCompare(made(left)))
    .slice(0, most);
}

/** What a workload selects its pods by; undefined if it has none. Only plain labels: nobody selects pods otherwise. */
function selectorOf(object: KubernetesObject): string | undefined {
  const labels = Object.entries(record(record(specOf(object)["selector"])["matchLabels"]));
  return labels.length === 0 ? undefined : labels.map(([key, value]) => `${key}=${text(value)}`).join(",");
}

/** What the container wrote last, as a sentence. */
async function lastLine(server: ApiServer, pod: KubernetesObject, problem: PodProblem): Promise<string | undefined> {
  const { container } = problem;
  if (container === undefined) return undefined;
  const options = { container: container.name, previous: container.restarted, lines: logLines };
  const log = await server.logs(namespaceOf(pod) ?? "", pod.metadata.name, options).catch(ignoreApiError);
  const line = log?.split("\n").findLast((item) => item.trim() !== "");
  return line === undefined ? undefined : `Its last line: ${say(line.slice(0, longestLine))}`;
}

/** What went wrong with the object itself, such as a Job whose pods are refused, or what it owns. */
async function fromEvents(server: ApiServer, object: KubernetesObject): Promise<string | undefined> {
  const own = await lastWarning(server, object);
  return own ?? (kindGroup(object) === "Deployment.apps" ? fromReplicaSets(server, object) : undefined);
}

async function fromReplicaSets(server: ApiServer, object: KubernetesObject): Promise<string | undefined> {
  const labelSelector = selectorOf(object);
  const namespace = namespaceOf(object);
  if (labelSelector === undefined || namespace === undefined) return undefined;
  const sets = (await server.snapshot("apps/v1", "ReplicaSet", { namespace, labelSelector }))?.objects ?? [];
  for (const set of sets.filter(isKubernetesObject)) {
    const failure = condition(set, "ReplicaFailure");
    if (failure?.status === "True") return say(`Pods cannot be created: ${conditionText(failure)}`);
  }
  return undefined;
}

/** The latest warning event about an object. */
async function lastWarning(server: ApiServer, object: KubernetesObject): Promise<string | undefined> {
  const { uid, name } = object.metadata;
  const fields = [`involvedObject.kind=${object.kind}`, `involvedObject.name=${name}`, "type=Warning"];
  const selection = {
    namespace: namespaceOf(object) ?? "default",
    fieldSelector: [...fields, ...(typeof uid === "string" ? [`involvedObject.uid=${uid}`] : [])].join(","),
  };
  const events = (await server.snapshot("v1", "Event", selection).catch(ignoreApiError))?.objects ?? [];
  const last = [...events].sort((left, right) => timeOf(left).localeCompare(timeOf(right))).at(-1);
  return say(text(last?.["message"])) || undefined;
}

function timeOf(event: JsonObject): string {
  return (
    text(record(event["series"])["lastObservedTime"]) ||
    text(event["lastTimestamp"]) ||
    text(event["eventTime"]) ||
    text(record(event["metadata"])["creationTimestamp"])
  );
}

/** Logs and events may be out of reach where everything else is not. */
function ignoreApiError(error: unknown): undefined {
  if (error instanceof ApiError) return undefined;
  throw error;
}
