import { disagreements, type Disagreement } from "../../core/drift/agreement.ts";
import type { DriftReport } from "../../core/drift/report.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { waitingSteps } from "../../core/plan/stages.ts";
import { engineOf, previewProgress } from "../engine-work.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";

/** What the engine says of the drift of an environment, beside what the scan says. */
export interface EngineCheck {
  /** What `driftless up --refresh` would change. */
  readonly changes: readonly ObjectChange[];
  /** False where the document or its pin has changed since the last update: then that is among the changes. */
  readonly compared: boolean;
  /** Where the two contradict each other; empty where they were not compared. */
  readonly disagreements: readonly Disagreement[];
}

/**
 * Previews the whole environment with the engine, compared with the clusters, and holds it against the scan. Applies
 * nothing, and so asks no policy. Throws as a preview does.
 */
export async function checkWithEngine(session: Session, report: DriftReport): Promise<EngineCheck> {
  const { environment } = report;
  const { plan, environment: loaded } = await computeEnvironment(session, environment);
  const engine = await engineOf(session, loaded.spec);
  session.progress.step(`previewing ${environment}`);
  const { changes } = await engine.preview({
    ...{ digest: plan.digest, revision: plan.revision, refresh: true, policy: { packs: [] } },
    waits: waitingSteps(plan),
    onProgress: previewProgress(session),
  });
  const outputs = await engine.outputs();
  const compared = outputs["planDigest"] === plan.digest;
  return { changes, compared, disagreements: compared ? disagreements(report, changes) : [] };
}
