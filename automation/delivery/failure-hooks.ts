import { DriftlessError } from "../../core/errors/error.ts";
import type { ApplicationPlan, PlannedHook } from "../../core/plan/plan.ts";
import { byWave, hooksOf } from "../../core/plan/stages.ts";
import type { Delivery } from "../../live/delivery.ts";
import type { RunFailure } from "../engine/run-failed.ts";
import type { HookRun } from "../engine/types.ts";

/** What became of hooks. */
export interface HooksResult {
  readonly hooks: readonly HookRun[];
  readonly failures: readonly RunFailure[];
}

/**
 * Runs the on-failure hooks of applications, side by side; those of one application wave by wave, until one of them
 * fails.
 */
export async function runFailureHooks(
  applications: readonly ApplicationPlan[],
  delivery: Pick<Delivery, "runHook">,
  options: { readonly signal?: AbortSignal | undefined; readonly onStart: (line: string) => void },
): Promise<HooksResult> {
  const run = async (application: ApplicationPlan, hook: PlannedHook): Promise<HooksResult> => {
    const { name, timeoutSeconds, deployer } = application;
    const told = { application: name, phase: hook.phase, object: hook.resourceName };
    options.onStart(`application ${name}: running its on-failure hook ${hook.resourceName}`);
    try {
      await delivery.runHook({ ...hook, deployer }, { timeoutSeconds, signal: options.signal });
      return { hooks: [{ ...told, state: "done" }], failures: [] };
    } catch (error) {
      if (!(error instanceof DriftlessError)) throw error;
      const failures = error.findings.map((finding): RunFailure => ({ owner: `application/${name}`, finding }));
      return { hooks: [{ ...told, state: "failed" }], failures };
    }
  };
  const runAll = async (application: ApplicationPlan): Promise<HooksResult> => {
    const results: HooksResult[] = [];
    for (const [, wave] of byWave(hooksOf(application, "on-failure"))) {
      const failed = results.some(({ failures }) => failures.length > 0);
      const skipped = wave.map((hook): HookRun => ({
        ...{ application: application.name, phase: hook.phase, object: hook.resourceName },
        state: "skipped",
      }));
      if (failed) results.push({ hooks: skipped, failures: [] });
      else results.push(...(await Promise.all(wave.map((hook) => run(application, hook)))));
    }
    return joined(results);
  };
  return joined(await Promise.all(applications.map(runAll)));
}

function joined(results: readonly HooksResult[]): HooksResult {
  return { hooks: results.flatMap(({ hooks }) => hooks), failures: results.flatMap(({ failures }) => failures) };
}
