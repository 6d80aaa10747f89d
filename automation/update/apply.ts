import { reportApplications } from "../delivery/applications.ts";
import { update } from "../delivery/update.ts";
import type { BaselineWork } from "../drift/work.ts";
import type { UpdateResult } from "../engine/types.ts";
import { updateProgress, waitProgress } from "../engine-work.ts";
import { withReport, withSkipped } from "../failed-run.ts";
import { updateDraft, type DraftInput } from "../history/draft.ts";
import { withFailureNoted } from "../history/note-failure.ts";
import type { Run } from "../output/run.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { withVerdict } from "../policy/gate.ts";
import type { Session } from "../session.ts";
import type { PlannedUpdate } from "./plan.ts";
import type { PreviewedUpdate } from "./preview.ts";
import { clusterContext } from "../cluster-access.ts";

/** An update that has been carried out. */
export interface AppliedUpdate {
  readonly run: Run;
  readonly seconds: number;
}

/** What an update is for; the history says so. */
export type UpdateReason = Pick<DraftInput, "kind" | "reason" | "exception">;

/**
 * Carries out what was previewed, and keeps what the objects look like then.
 * @throws {FailedCommand} with what was done until it failed.
 */
export async function applyUpdate(
  session: Session,
  { computed, engine, options }: PlannedUpdate,
  { judged, verdict, approval, run: previewed }: PreviewedUpdate,
  baseline: BaselineWork,
  why: UpdateReason = { kind: "up" },
): Promise<AppliedUpdate> {
  const { plan } = computed;
  const { progress } = session;
  const waited = options.wait !== false;
  const { spec } = computed.environment;
  const note = await updateDraft(session, {
    ...why,
    spec,
    plan,
    approval: approval?.verdict,
    result: previewed.result,
    waited,
  });
  await baseline.before(previewed.result.changes);
  progress.step(`updating ${plan.environment}`);
  const apply = (): Promise<UpdateResult> =>
    update({
      engine,
      plan,
      options: {
        ...options,
        approvals: "judged",
        note,
        release: judged.release,
        confirmed: judged.confirmed,
        onProgress: updateProgress(session, previewed.result.counts),
        onWait: waitProgress(session),
      },
      context: clusterContext(session, plan.environment),
    });
  const done = await withFailureNoted(session, engine, () =>
    withPlannedPlaces(plan, () => baseline.around(waited, apply)),
  ).catch((error: unknown) => {
    throw withReport("Update", withSkipped(error, previewed.result), computed);
  });
  const applications = reportApplications(plan, done, []);
  return {
    run: { ...previewed, result: withVerdict(done, verdict), tense: "past", applications },
    seconds: done.seconds,
  };
}
