import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { Engine, UpdateResult } from "../engine/types.ts";
import { judgePreview, type JudgedPreview, type SafetyFlags } from "../safety.ts";
import type { Session } from "../session.ts";
import { destructionSubject, type ApprovalSubject } from "./subject.ts";

/** What a destruction would do, and what of it people approve. */
export interface PreviewedDestruction extends JudgedPreview<UpdateResult> {
  readonly subject: ApprovalSubject;
}

/**
 * Previews the destruction of an environment.
 * @param runs Whether whoever runs this is going to destroy it: they do not approve it themselves.
 * @throws whatever keeps the engine from previewing it.
 */
export async function previewDestruction(
  session: Session,
  environment: LoadedEnvironment,
  engine: Engine,
  flags: SafetyFlags & { readonly runs: boolean },
): Promise<PreviewedDestruction> {
  const judged = await judgePreview(environment, engine, await engine.destroy({ preview: true }), flags, true);
  const { orphan, runs } = flags;
  const input = { environment, changes: judged.result.changes, orphan, history: await engine.history() };
  return { ...judged, subject: destructionSubject(session, input, runs) };
}
