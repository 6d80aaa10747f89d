import { requireApproval } from "../approvals/gate.ts";
import { keptIdentities } from "../../core/cluster/identity.ts";
import type { Report } from "../command.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { confirm } from "../confirm.ts";
import { BaselineWork } from "../drift/work.ts";
import { exitCodes } from "../exit-code.ts";
import { FailedCommand } from "../failed-command.ts";
import { hasWork } from "../output/change-set.ts";
import { closingLine, runComment, runDocument, runLines, type Run } from "../output/run.ts";
import { withPacks } from "../policy/session.ts";
import { dropReconciled } from "../rollback/pending.ts";
import { settleRefusals } from "../safety.ts";
import type { Session } from "../session.ts";
import { applyUpdate, type UpdateReason } from "./apply.ts";
import { planUpdate, type PlannedUpdate } from "./plan.ts";
import { previewUpdate, type UpdateFlags } from "./preview.ts";

/** How an environment is brought to its pin. */
export interface BringUp {
  /** True if nobody is to be asked. */
  readonly yes: boolean;
  readonly refresh: boolean;
  /** Whether to wait until everything is healthy. */
  readonly wait: boolean;
  /** Clusters that may be others than last time, by name. Default: none. */
  readonly accepted?: readonly string[];
  readonly flags: UpdateFlags;
  /** Default: an update like any other. */
  readonly why?: UpdateReason | undefined;
  /** Plans that the plan is put together of, and whose approvals so are its own. Default: none. */
  readonly madeOf?: readonly ComputedPlan[];
}

/**
 * Previews an update, asks, and applies exactly what was previewed. Applications that it leaves unhealthy go back if their
 * document says so.
 * @throws {FailedCommand} with what was done until it failed; whatever keeps it from being planned or previewed.
 */
export async function bringUp(session: Session, env: string, how: BringUp): Promise<Report> {
  try {
    return await bringUpOnce(session, env, how);
  } catch (error) {
    if (how.why !== undefined || !(error instanceof FailedCommand) || error.unhealthy.length === 0) throw error;
    const { rollBackFailed } = await import("../rollback/automatic.ts");
    throw await rollBackFailed(session, env, error, how.flags);
  }
}

function bringUpOnce(
  session: Session,
  env: string,
  { yes, refresh, wait, accepted = [], flags, why, madeOf }: BringUp,
): Promise<Report> {
  return withPacks(session, env, async (opening) => {
    const planned = await planUpdate(session, env, opening, { refresh, wait, accepted });
    const previewed = await previewUpdate(session, planned, flags, { madeOf });
    const { run } = previewed;
    session.show(runLines(run, session.io.columns));
    if (!(await settleRefusals(session, previewed.judged, yes, run))) return nothingApplied(run);
    const baseline = new BaselineWork(session, planned.computed, planned.engine);
    if (!hasWork(run.result) && (await isRecorded(planned)) && (await baseline.hasPlace())) {
      await baseline.complete();
      await dropReconciled(session, planned.engine, env);
      return report(run, false);
    }
    requireApproval(previewed.approval, run);
    // A new commit that changes no object is recorded without a question: there is nothing to decide. Nor is waiting.
    const harmless = !hasWork({ ...run.result, waits: [] });
    if (!harmless && !(await confirm(session, yes, `Apply this to ${env}?`, "yes"))) return nothingApplied(run);
    const applied = await applyUpdate(session, planned, previewed, baseline, why);
    if (why === undefined) await dropReconciled(session, planned.engine, env);
    return report(applied.run, true, applied.seconds);
  });
}

/** True if the last update completed this very plan, so that there is nothing to note down either. */
async function isRecorded({ computed: { plan }, engine, recovery }: PlannedUpdate): Promise<boolean> {
  if (recovery.interrupted) return false;
  const [{ planDigest, revision }, state] = await Promise.all([engine.outputs(), engine.exportState()]);
  // A state of before identities were kept takes them up now.
  const kept = keptIdentities(state?.deployment);
  if ([...engine.identities()].some(([name, uid]) => kept.get(name) !== uid)) return false;
  return planDigest === plan.digest && revision === plan.revision;
}

function nothingApplied(before: Run): Report {
  return { ...report(before, false), lines: [["Nothing was applied."]], exitCode: exitCodes.interrupted };
}

function report(run: Run, applied: boolean, seconds?: number): Report {
  const time = seconds === undefined ? "" : ` in ${Math.round(seconds)} s`;
  return {
    document: { ...runDocument("Update", run), applied, ...(seconds === undefined ? {} : { seconds }) },
    // The table was shown before the update began.
    lines: applied ? [[...closingLine(run), time]] : [],
    markdown: (marker) => runComment("Update", run, marker),
  };
}
