import type { PreviewResult } from "../engine/types.ts";
import { previewProgress } from "../engine-work.ts";
import { withReport } from "../failed-run.ts";
import type { Run } from "../output/run.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { passRun, withVerdict, type JudgedPlan } from "../policy/gate.ts";
import { judgePreview, type JudgedPreview, type SafetyFlags } from "../safety.ts";
import type { Session } from "../session.ts";
import type { PlannedUpdate } from "./plan.ts";

/** What an update would do, and what is decided about it. */
export interface PreviewedUpdate {
  readonly judged: JudgedPreview<PreviewResult>;
  /** What the packs say of the plan and of the run. */
  readonly verdict: Pick<JudgedPlan, "violations" | "packs">;
  /** The preview as it is shown. */
  readonly run: Run;
}

/**
 * Previews an update, judges what it deletes, and asks the packs about the run.
 * @throws {FailedCommand} with what the engine found before it failed; POLICY_VIOLATION.
 */
export async function previewUpdate(
  session: Session,
  { computed, engine, options, passed, policy }: PlannedUpdate,
  flags: SafetyFlags,
): Promise<PreviewedUpdate> {
  session.progress.step(`previewing ${computed.plan.environment}`);
  const raw = await withPlannedPlaces(computed.plan, () =>
    engine.preview({ ...options, onProgress: previewProgress(session) }),
  ).catch((error: unknown) => {
    throw withReport("Preview", error, computed);
  });
  const judged = await judgePreview(computed.environment, engine, raw, flags);
  const about = await passRun(policy, "up", judged.result, session.io.now());
  const verdict = { packs: passed.packs, violations: [...passed.violations, ...about] };
  const result = withVerdict(judged.result, verdict);
  return { judged, verdict, run: { plan: computed.plan, result, warnings: computed.warnings, tense: "future" } };
}
