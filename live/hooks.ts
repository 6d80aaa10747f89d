import { DriftlessError } from "../core/errors/error.ts";
import { errorFinding, type Place } from "../core/errors/finding.ts";
import { record } from "../core/manifest/json.ts";
import { kindGroup, namespaceOf, type JsonObject, type Origin } from "../core/manifest/manifest.ts";
import { ownerAnnotations } from "../core/plan/ownership.ts";
import type { PlannedHook } from "../core/plan/plan.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import type { ClusterWatch, HealthWaitOptions } from "./watch.ts";

/** The part of a planned hook that is needed to run it. */
export type HookTask = Pick<PlannedHook, "resourceName" | "cluster" | "object" | "deletePolicies"> &
  Partial<Pick<PlannedHook, "origin">> & {
    /** User name of RBAC that it runs as. Undefined: with the environment's own credentials. */
    readonly deployer?: string | undefined;
  };

/** How a hook reaches its cluster, and how long each of its steps may take. */
export interface HookAccess extends HealthWaitOptions {
  /** The hook's cluster, reached as its deployer. */
  readonly server: ApiServer;
  readonly watch: Pick<ClusterWatch, "untilHealthy" | "untilGone">;
}

/** Kinds that run once: what is left of one that ran says nothing of the next run. */
const runOnce: ReadonlySet<string> = new Set(["Job.batch", "Pod"]);

/**
 * Runs a hook: removes what an earlier run left, applies the object, waits until it is done (a Job completes, a Pod
 * succeeds, anything else is healthy), and deletes it again where its policies say so.
 * @throws {DriftlessError} HOOK_FAILED with the reason that the cluster gives.
 */
export async function runHook(hook: HookTask, access: HookAccess): Promise<void> {
  const { object, deletePolicies } = hook;
  const { server, watch } = access;
  try {
    if (deletePolicies.includes("before-creation") || runOnce.has(kindGroup(object))) await removeFormer(hook, access);
    const applied = await server.apply(object, { force: true });
    const { resourceVersion } = record(applied["metadata"]);
    const target = { ...hook, ...(typeof resourceVersion === "string" ? { resourceVersion } : {}) };
    const [unhealthy] = await watch.untilHealthy([target], access);
    if (unhealthy === undefined) {
      if (deletePolicies.includes("on-success")) await remove(hook, access);
      return;
    }
    if (deletePolicies.includes("on-failure")) await remove(hook, access);
    const { status, reason } = unhealthy.health;
    const late = `it did not end within ${access.timeoutSeconds} s. ${reason}`;
    throw hookFailure(hook, status === "degraded" ? reason : late);
  } catch (error) {
    throw error instanceof ApiError ? hookFailure(hook, error.message, error) : error;
  }
}

/** Removes what a hook that is no more has left; waits until it is gone. */
export async function removeHook(hook: HookTask, access: HookAccess): Promise<void> {
  try {
    if (!isOurs(await live(hook, access), hook)) return;
    await removeFormer(hook, access);
  } catch (error) {
    throw error instanceof ApiError ? hookFailure(hook, error.message, error) : error;
  }
}

async function removeFormer(hook: HookTask, access: HookAccess): Promise<void> {
  const former = await live(hook, access);
  if (former === undefined) return;
  // Whoever made it may still need it; a hook is nothing that could be shared.
  if (!isOurs(former, hook)) throw hookFailure(hook, "something else of this name is there already.");
  await remove(hook, access);
  const left = await access.watch.untilGone([hook], access);
  if (left.length > 0) throw hookFailure(hook, "what its last run left does not go; look at its finalizers.");
}

async function live({ object }: HookTask, { server }: HookAccess): Promise<JsonObject | undefined> {
  return server.read(object.apiVersion, object.kind, namespaceOf(object), object.metadata.name, true);
}

/** True for an object that belongs to the same environment. */
function isOurs(found: JsonObject | undefined, { object }: HookTask): boolean {
  const environment = (of: JsonObject | undefined) =>
    record(record(of?.["metadata"])["annotations"])[ownerAnnotations.environment];
  return found !== undefined && environment(found) === environment(object);
}

/** Pods of a Job go with it. */
async function remove({ object }: HookTask, { server }: HookAccess): Promise<void> {
  await server.delete(object, { propagation: "background" });
}

function hookFailure(hook: HookTask, reason: string, cause?: unknown): DriftlessError {
  const { object, cluster, origin } = hook;
  const name = [namespaceOf(object), object.metadata.name].filter((part) => part !== undefined).join("/");
  const message = `The hook ${kindGroup(object)} ${name} on ${cluster} failed: ${reason}`;
  const fix = "Mend what it says, and run this again: the hook runs once more. What comes after it was not touched.";
  const finding = errorFinding("HOOK_FAILED", message, fix, origin === undefined ? undefined : placeOf(origin));
  return new DriftlessError([finding], cause === undefined ? undefined : { cause });
}

function placeOf({ path, line }: Origin): Place {
  return { file: path, ...(line === undefined ? {} : { line }) };
}
