import type { EnvironmentSpec } from "../core/environment/spec.ts";
import { deployedApplications } from "../core/plan/acting.ts";
import { waitingSteps } from "../core/plan/stages.ts";
import { ownersOf } from "../core/plan/owned.ts";
import type { ChangeCounts } from "../core/plan/change.ts";
import { ensureTools, toolGroups } from "../toolchain/toolchain.ts";
import type { Engine, RunOptions, RunProgress } from "./engine/types.ts";
import type { JudgedPlan } from "./policy/gate.ts";
import type { Session } from "./session.ts";
import { toolContext } from "./work.ts";
import { clusterContext } from "./cluster-access.ts";

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
    continueOnError: spec.delivery.continueOnError,
    owners: ownersOf(spec),
    tools,
    cache: io.cache,
    env: io.env,
    reveal: clusterContext(session, spec.name).reveal,
    progress: (line) => progress.note(line),
    signal: io.signal,
  });
}

/** How a plan is run: exactly this plan, which the packs have judged. */
export function runOptions({ computed: { plan }, engine }: JudgedPlan, refresh: boolean): RunOptions {
  const objects = [...plan.tenants, ...plan.applications].flatMap((owner) => owner.objects);
  const replaceable = new Set(
    objects.filter(({ settings }) => settings.replace).map(({ resourceName }) => resourceName),
  );
  return {
    digest: plan.digest,
    revision: plan.revision,
    refresh,
    replaceable,
    policy: engine,
    deployed: deployedApplications(plan),
    waits: waitingSteps(plan),
  };
}

/** Shows each object that the engine is at, where progress changes in place. */
export function previewProgress({ progress }: Session): (step: RunProgress) => void {
  return ({ change, done }) => progress.detail(`previewing  ${done} objects  ${objectText(change)}`);
}

/** Shows each object that the engine is at; elsewhere than on a terminal each that it is done with. */
export function updateProgress(
  { progress }: Pick<Session, "progress">,
  counts: ChangeCounts,
): (step: RunProgress) => void {
  const total = counts.create + counts.adopt + counts.update + counts.replace + counts.delete + counts.release;
  // By object: a replacement is done twice.
  const finished = new Set<string>();
  return ({ change, state }) => {
    const object = objectText(change);
    if (state !== "started") finished.add(`${change.cluster}/${object}`);
    const line = `${finished.size}/${total}  ${state === "failed" ? "failed to " : ""}${change.action} ${object}`;
    if (state === "started") progress.detail(`${line} …`);
    else progress.step(line);
  };
}

/** Shows what an update is waiting for: in place on a terminal, elsewhere a line whenever it changes. */
export function waitProgress({ progress }: Pick<Session, "progress">): (line: string) => void {
  return (line) => progress.step(line);
}

function objectText({ kind, namespace, name }: RunProgress["change"]): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
