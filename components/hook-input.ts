import type { ApplicationPlan, PlannedHook } from "../core/plan/plan.ts";
import { hookDeletePolicies, hookPhases } from "../core/plan/hooks/phase.ts";
import type { HookTask } from "../live/hooks.ts";
import { resourceName } from "../core/plan/identity.ts";
import { engineJson, liveObject, members } from "./engine-values.ts";
import { secretive } from "./object.ts";

/** What a hook keeps in the state: what has to be known to run it, or to clear up, once no program plans it. */
export interface HookRecord extends HookTask {
  readonly phase: PlannedHook["phase"];
  /** Of the application that it ran with. */
  readonly digest: string | undefined;
  readonly timeoutSeconds: number;
}

const defaultSeconds = 300;

/**
 * The record as the state holds it. `object` is where policies look; what a Secret holds is encrypted.
 * @param run Whether it runs once for each change of its application.
 */
export function hookInput(
  { cluster, phase, deletePolicies, object }: PlannedHook,
  { digest, timeoutSeconds, deployer }: Pick<ApplicationPlan, "digest" | "timeoutSeconds" | "deployer">,
  { once }: { readonly once: boolean },
): Readonly<Record<string, unknown>> {
  return {
    ...(once ? { digest } : {}),
    ...(deployer === undefined ? {} : { deployer }),
    ...{ timeoutSeconds, cluster, phase, deletePolicies, object: secretive(object) },
  };
}

/** Reads the inputs of a hook, secrets included; undefined if it is none. */
export async function parseHookInput(inputs: unknown): Promise<HookRecord | undefined> {
  // One secret in it makes all of it one.
  const input = await engineJson(members(inputs)["input"]);
  const { cluster, phase, deletePolicies, object, digest, timeoutSeconds, deployer } = members(input);
  const known = hookPhases.find((each) => each === phase);
  const found = liveObject(object);
  if (typeof cluster !== "string" || known === undefined || found === undefined) return undefined;
  return {
    resourceName: resourceName(cluster, found),
    cluster,
    phase: known,
    object: found,
    deletePolicies: hookDeletePolicies.filter((each) => Array.isArray(deletePolicies) && deletePolicies.includes(each)),
    digest: typeof digest === "string" ? digest : undefined,
    deployer: typeof deployer === "string" ? deployer : undefined,
    timeoutSeconds: typeof timeoutSeconds === "number" ? timeoutSeconds : defaultSeconds,
  };
}
