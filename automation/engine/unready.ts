import { DriftlessError } from "../../core/errors/error.ts";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { ApiError, ApiServer } from "../../live/api-server.ts";
import type { FailedObject } from "./events.ts";
import type { ClusterAccess } from "./foreign.ts";
import { asText } from "./text.ts";

const timeoutMs = 5_000;
/** Objects that are asked about; the same cause is behind most of a long list. */
const most = 20;

/** An object of which only the provider has said something. */
export type UnreadyObject = Omit<FailedObject, "replacement">;

/**
 * Why objects did not become ready in time, by resource name: the provider only says that they did not. Asks the
 * cluster once or up to three times per object; what it does not say is left out.
 */
export async function unreadyReasons(
  failed: readonly UnreadyObject[],
  access: ClusterAccess,
): Promise<ReadonlyMap<string, string>> {
  const unready = failed
    .filter(({ reason }) => /timed out|fully initialize or become live/.test(reason))
    .slice(0, most);
  const reasons = await Promise.all(
    unready.map(async (object) => [object.resourceName, await reasonOf(object, access)] as const),
  );
  return new Map(reasons.flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason] as const])));
}

async function reasonOf(
  { change, apiVersion, kind }: UnreadyObject,
  { clusters, context }: ClusterAccess,
): Promise<string | undefined> {
  const spec = clusters[change.cluster];
  const { namespace, name } = change;
  if (spec === undefined) return undefined;
  try {
    const server = await ApiServer.open(change.cluster, spec, context);
    const live = (await server.read(apiVersion, kind, namespace, name)) ?? {};
    const holding = finalizersLeft(live);
    if (holding !== undefined || namespace === undefined) return holding;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
    const list = async (plural: string, query: Readonly<Record<string, string>>): Promise<readonly JsonObject[]> =>
      records((await server.get(`${path}/${plural}`, query, timeoutMs))?.["items"]);
    const labels = Object.entries(record(record(record(live["spec"])["selector"])["matchLabels"]));
    const labelSelector = labels.map(([key, value]) => `${key}=${asText(value)}`).join(",");
    const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
    return (
      replicaFailure(live) ??
      (labels.length === 0 ? undefined : podProblem(await list("pods", { labelSelector }))) ??
      lastWarning(await list("events", { fieldSelector }))
    );
  } catch (error) {
    // The failure is told without it.
    if (error instanceof ApiError || error instanceof DriftlessError) return undefined;
    throw error;
  }
}

/** What keeps an object that was deleted; undefined for one that was not. */
export function finalizersLeft(live: JsonObject): string | undefined {
  const { deletionTimestamp, finalizers } = record(live["metadata"]);
  if (deletionTimestamp === undefined) return undefined;
  const names = Array.isArray(finalizers) ? (finalizers as readonly Json[]).map(asText) : [];
  return names.length === 0 ? undefined : `it waits for its finalizers (${names.join(", ")})`;
}

/** Why the pods of a workload could not be created: a policy of the namespace, a quota, a webhook. */
export function replicaFailure(live: JsonObject): string | undefined {
  return condition(live, "ReplicaFailure", "True");
}

/** What keeps pods from running: the first that says. */
export function podProblem(pods: readonly JsonObject[]): string | undefined {
  for (const pod of pods) {
    const status = record(pod["status"]);
    const containers = [...records(status["initContainerStatuses"]), ...records(status["containerStatuses"])];
    for (const { name, state } of containers) {
      const { reason, message } = record(record(state)["waiting"]);
      if (!asText(reason) || usual.has(asText(reason))) continue;
      const detail = asText(message) === "" ? "" : `: ${asText(message)}`;
      return `container "${asText(name)}" is waiting (${asText(reason)}${detail})`;
    }
    const unscheduled = condition(pod, "PodScheduled", "False");
    if (unscheduled !== undefined) return unscheduled;
  }
  return undefined;
}

/** Stages that every pod passes. */
const usual: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing"]);

function lastWarning(events: readonly JsonObject[]): string | undefined {
  return asText(events.at(-1)?.["message"]) || undefined;
}

function condition(object: JsonObject, type: string, status: string): string | undefined {
  const conditions = records(record(object["status"])["conditions"]);
  return (
    asText(conditions.find((item) => item["type"] === type && item["status"] === status)?.["message"]) || undefined
  );
}

function records(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? (list as readonly Json[]).map(record) : [];
}
