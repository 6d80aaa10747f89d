import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { Engine } from "../engine/types.ts";
import type { Session } from "../session.ts";

/** Runs what changes an environment; if it fails, the history gets to know why. */
export async function withFailureNoted<Result>(
  session: Pick<Session, "progress">,
  engine: Pick<Engine, "noteFailure">,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DriftlessError) await noteFailures(session, engine, error.findings);
    throw error;
  }
}

/** Notes why something failed in the last run. That it could not be written down is said; it fails nothing. */
export async function noteFailures(
  { progress }: Pick<Session, "progress">,
  engine: Pick<Engine, "noteFailure">,
  findings: readonly Finding[],
): Promise<void> {
  const reasons = new Map(findings.map(({ code, message }) => [`${code} ${message}`, { code, message }]));
  try {
    await engine.noteFailure([...reasons.values()]);
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    progress.note(`the history does not say why it failed: ${error.findings[0].message}`);
  }
}
