import { blockListFile, readBlockList } from "../../core/blocked/list.ts";
import { environmentFile } from "../../core/environment/file.ts";
import { throwErrors } from "../../core/errors/error.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { pendingRollbacks, rolledBackInPlan, unlisted, type PendingRollback } from "../../core/rollback/pending.ts";
import { stackOutputs } from "../engine/stack-outputs.ts";
import type { Engine, StateExport } from "../engine/types.ts";
import type { Session } from "../session.ts";
import { uncommitted } from "./project-files.ts";

type Place = Pick<Session, "io" | "project">;

/** Rollbacks of a state that the documents, as they are committed here, do not say. */
export async function openRollbacks(
  { project, io }: Place,
  environment: string,
  state: StateExport | undefined,
): Promise<readonly PendingRollback[]> {
  const pending = pendingRollbacks(stackOutputs(state));
  if (pending.length === 0) return [];
  const left = unlisted(pending, await readBlockList(project));
  if (left.length === pending.length) return pending;
  const changed = await uncommitted({ project, io }, [environmentFile(environment), blockListFile]);
  return changed.length === 0 ? left : pending;
}

/** Refuses a plan that would bring back what was rolled back. @throws REVISION_BLOCKED */
export async function refuseRolledBack(
  { project }: Place,
  engine: Pick<Engine, "outputs">,
  plan: EnvironmentPlan,
): Promise<void> {
  const pending = pendingRollbacks(await engine.outputs());
  if (pending.length === 0) return;
  throwErrors(rolledBackInPlan(pending, await readBlockList(project), plan));
}

/** Forgets rollbacks that Git says by now. */
export async function dropReconciled(
  session: Place,
  engine: Pick<Engine, "exportState" | "keepRollbacks">,
  environment: string,
): Promise<void> {
  const state = await engine.exportState();
  const pending = pendingRollbacks(stackOutputs(state));
  if (pending.length === 0) return;
  const open = await openRollbacks(session, environment, state);
  if (open.length < pending.length) await engine.keepRollbacks(open);
}
