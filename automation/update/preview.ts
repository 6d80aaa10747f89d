import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { Approval } from "../approvals/gate.ts";
import type { ApprovalSubject } from "../approvals/subject.ts";
import type { PreviewResult } from "../engine/types.ts";
import { previewProgress } from "../engine-work.ts";
import { withReport } from "../failed-run.ts";
import type { Run } from "../output/run.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { passRun, withVerdict, type JudgedPlan } from "../policy/gate.ts";
import { judgePreview, type JudgedPreview, type SafetyFlags } from "../safety.ts";
import type { Session } from "../session.ts";
import { withoutHeld } from "./held.ts";
import type { PlannedUpdate } from "./plan.ts";

/** What somebody has said about an update on the command line. */
export interface UpdateFlags extends SafetyFlags {
  /** Why they go without the approvals that are missing. */
  readonly breakGlass?: string | undefined;
}

/** How an update is judged. */
export interface PreviewHow {
  /** How the packs are asked. Default: whatever they refuse is refused. */
  readonly pass?: typeof passRun | undefined;
  /** See `BringUp`. */
  readonly madeOf?: readonly ComputedPlan[] | undefined;
}

/** What an update would do, and what is decided about it. */
export interface PreviewedUpdate {
  readonly judged: JudgedPreview<PreviewResult>;
  /** What the packs say of the plan and of the run. */
  readonly verdict: Pick<JudgedPlan, "violations" | "packs">;
  /** Who has approved the plan; undefined where nobody has to. */
  readonly approval: Approval | undefined;
  /** The preview as it is shown. */
  readonly run: Run;
}

/**
 * Previews an update, judges what it deletes, and asks the packs about the run.
 * @throws {FailedCommand} with what the engine found before it failed; POLICY_VIOLATION.
 */
export async function previewUpdate(
  session: Session,
  planned: PlannedUpdate,
  { breakGlass, ...flags }: UpdateFlags,
  { pass = passRun, madeOf = [] }: PreviewHow = {},
): Promise<PreviewedUpdate> {
  const { computed, engine, options, passed, policy } = planned;
  session.progress.step(`previewing ${computed.plan.environment}`);
  const raw = await withPlannedPlaces(computed.plan, () =>
    engine.preview({ ...options, onProgress: previewProgress(session) }),
  ).catch((error: unknown) => {
    throw withReport("Preview", error, computed);
  });
  const judged = await judgePreview(computed.environment, engine, withoutHeld(computed.plan, raw), flags);
  const about = await pass(policy, "up", judged.result, session.io.now());
  const verdict = { packs: passed.packs, violations: [...passed.violations, ...about] };
  const result = withVerdict(judged.result, verdict);
  const approval = await approvalOf(session, planned, { breakGlass, madeOf });
  return {
    judged,
    verdict,
    approval,
    run: { plan: computed.plan, result, warnings: computed.warnings, tense: "future", approval: approval?.verdict },
  };
}

async function approvalOf(
  session: Session,
  { computed, engine }: PlannedUpdate,
  { breakGlass, madeOf }: Pick<UpdateFlags, "breakGlass"> & { readonly madeOf: readonly ComputedPlan[] },
): Promise<Approval | undefined> {
  if (computed.environment.spec.approvals.required === 0) return undefined;
  const [{ judgeApproval, judgeParts }, { planSubject }] = await Promise.all([
    import("../approvals/gate.ts"),
    import("../approvals/subject.ts"),
  ]);
  const subjectOf = (each: ComputedPlan): ApprovalSubject => planSubject(session, each, () => engine.history());
  const subject = subjectOf(computed);
  return (await judgeParts(session, subject, madeOf.map(subjectOf))) ?? judgeApproval(session, subject, breakGlass);
}
