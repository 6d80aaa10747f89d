import type { ComputedPlan } from "../core/plan/compute.ts";
import type { EnvironmentSpec } from "../core/environment/spec.ts";
import { ensureTools, toolGroups } from "../toolchain/toolchain.ts";
import type { Engine, RunOptions, RunProgress } from "./engine/types.ts";
import type { Session } from "./session.ts";
import { toolContext } from "./work.ts";

/** The engine on the stack of an environment, with everything that it needs found or built. */
export async function engineOf(session: Session, spec: EnvironmentSpec): Promise<Engine> {
  const { io, project, progress } = session;
  const tools = await ensureTools(toolGroups.engine, toolContext(session));
  // Loading the Automation API takes longer than most commands that do without it.
  const { openEngine } = await import("./engine/engine.ts");
  return openEngine({
    project,
    environment: spec.name,
    clusters: spec.clusters,
    tools,
    cache: io.cache,
    env: io.env,
    progress: (line) => progress.note(line),
    signal: io.signal,
  });
}

/** How a plan is run: exactly this plan, with its policies. */
export function runOptions(session: Session, { plan, environment }: ComputedPlan, refresh: boolean): RunOptions {
  return {
    digest: plan.digest,
    refresh,
    policy: environment.spec.policy,
    onProgress: (progress) => session.progress.step(progressText(progress)),
  };
}

/** One line about an object that the engine is at. */
export function progressText({ change, state, done }: RunProgress): string {
  const name = change.namespace === undefined ? change.name : `${change.namespace}/${change.name}`;
  const words = { started: "…", done: "done", failed: "failed" } as const;
  return `${done} done  ${change.action} ${change.kind} ${name} ${words[state]}`;
}
