import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ApplicationPlan, EnvironmentPlan } from "../../core/plan/plan.ts";
import type { ClusterDelivery } from "../../live/delivery.ts";
import { isFilled } from "../engine/failures.ts";
import { leftOutFailures } from "../engine/left-out.ts";
import { RunFailed, type RunFailure } from "../engine/run-failed.ts";
import type { Engine, RunOptions, UpdateResult } from "../engine/types.ts";
import { reportApplications } from "./applications.ts";
import { runFailureHooks, type HooksResult } from "./failure-hooks.ts";
import { healedObjects } from "./healed.ts";

/** What an update works on. */
export interface UpdateInput {
  readonly engine: Pick<Engine, "up">;
  readonly plan: EnvironmentPlan;
  readonly options: RunOptions;
  readonly context: KubeconfigContext & { readonly signal?: AbortSignal | undefined };
}

/**
 * Applies a plan. What only a comparison with the clusters has changed is waited for too, of which no gate knows; and
 * the applications that failed get their on-failure hooks.
 * @throws {RunFailed} with everything that failed, such hooks last.
 */
export async function update(input: UpdateInput): Promise<UpdateResult> {
  const { engine, plan, options } = input;
  try {
    const result = await engine.up(options);
    const unhealed = options.wait === false ? [] : await waitForHealed(input, result);
    const failures = [...unhealed, ...leftOutFailures(result.leftOut)];
    if (isFilled(failures)) throw new RunFailed(failures, unfinished(result, failures));
    return result;
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    const reports = reportApplications(plan, error.result, error.failures);
    const failed = new Set(reports.filter(({ state }) => state === "failed").map(({ name }) => name));
    const after = await runHooks(
      input,
      plan.applications.filter(({ name }) => failed.has(name)),
    );
    const result = { ...error.result, hooks: [...error.result.hooks, ...after.hooks] };
    throw new RunFailed([...error.failures, ...after.failures], result, { cause: error.cause });
  }
}

/** What a wait for objects works on. */
export interface WaitInput extends Pick<UpdateInput, "plan" | "context"> {
  readonly options: Pick<RunOptions, "onWait">;
}

/** Waits for objects that were put back while their application stayed as it is. */
export async function waitForHealed(
  input: WaitInput,
  result: Pick<UpdateResult, "changes" | "waits">,
): Promise<readonly RunFailure[]> {
  const healed = healedObjects(input.plan, result);
  if (healed.length === 0) return [];
  const delivery = await openDelivery(input);
  const { WaitingLine } = await import("../../live/waiting-line.ts");
  const { unhealthyFindings } = await import("../../live/unhealthy.ts");
  const waits = healed.map(async ({ application, objects }): Promise<readonly RunFailure[]> => {
    const { name, timeoutSeconds } = application;
    const title = `application ${name}`;
    const line = new WaitingLine(title, (text) => input.options.onWait?.(text));
    try {
      const left = await delivery.untilHealthy(objects, {
        timeoutSeconds,
        signal: input.context.signal,
        onProgress: (change) => line.update(change),
      });
      const findings = unhealthyFindings({ title, guarded: objects, timeoutSeconds }, left);
      return findings.map((finding) => ({ owner: `application/${name}`, finding }));
    } finally {
      line.end();
    }
  });
  return (await Promise.all(waits)).flat();
}

/** The result with the applications that failed as not finished. */
function unfinished(result: UpdateResult, failures: readonly RunFailure[]): UpdateResult {
  const failed = new Set(failures.map(({ owner }) => owner));
  return { ...result, finished: new Set([...result.finished].filter((owner) => !failed.has(owner))) };
}

async function runHooks(input: UpdateInput, failed: readonly ApplicationPlan[]): Promise<HooksResult> {
  if (!failed.some(({ hooks }) => hooks.some(({ phase }) => phase === "on-failure")))
    return { hooks: [], failures: [] };
  const onStart = (line: string): void => input.options.onWait?.(line);
  return runFailureHooks(failed, await openDelivery(input), { signal: input.context.signal, onStart });
}

/** Loading what talks to clusters takes longer than most updates need it. */
async function openDelivery({ plan, context }: WaitInput): Promise<ClusterDelivery> {
  const { ClusterDelivery: Clusters } = await import("../../live/delivery.ts");
  const { healthChecksOf } = await import("../../core/health/custom.ts");
  const clusters = new Map(plan.clusters.map(({ name, spec }) => [name, spec]));
  return new Clusters(clusters, context, healthChecksOf(plan.healthChecks));
}
