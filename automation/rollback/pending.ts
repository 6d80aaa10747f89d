import { blockListFile, readBlockList } from "../../core/blocked/list.ts";
import { environmentFile } from "../../core/environment/file.ts";
import { throwErrors } from "../../core/errors/error.ts";
import { ProgramError } from "../../core/exec/run.ts";
import { projectGit } from "../../core/git/project-git.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { pendingRollbacks, rolledBackInPlan, unlisted, type PendingRollback } from "../../core/rollback/pending.ts";
import { stackOutputs } from "../engine/stack-outputs.ts";
import type { Engine, StateExport } from "../engine/types.ts";
import type { Session } from "../session.ts";

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
  return (await isCommitted({ project, io }, environment)) ? left : pending;
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

/** True if both files are as the commit that is checked out has them; outside of a repository the files are all there is. */
async function isCommitted({ project, io }: Place, environment: string): Promise<boolean> {
  const git = projectGit(project, { env: io.env, signal: io.signal });
  const files = [environmentFile(environment), blockListFile];
  try {
    return (await git(["status", "--porcelain", "--", ...files])) === "";
  } catch (error) {
    if (error instanceof ProgramError) return true;
    throw error;
  }
}
