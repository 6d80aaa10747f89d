import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import type { UpdateRecord } from "../../core/history/record.ts";
import { engineOf } from "../engine-work.ts";
import type { Session } from "../session.ts";

export { lastGoodBefore, lastHealthy, type UpdateRecord } from "../../core/history/record.ts";

/**
 * All updates of an environment, newest first; empty if there was none. `lastHealthy` of them says what an environment really
 * runs: its revision (`to`), the digest of the plan, and the images by application, unless there were too many to note.
 * @throws STATE_CORRUPT, STATE_UNAVAILABLE, PASSPHRASE_MISSING and what finding the engine throws.
 */
export async function readHistory(session: Session, spec: EnvironmentSpec): Promise<readonly UpdateRecord[]> {
  const engine = await engineOf(session, spec);
  session.progress.detail("reading the history");
  return engine.history();
}
