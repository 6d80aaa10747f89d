import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { readHistory, type UpdateRecord } from "../history/read.ts";
import type { Session } from "../session.ts";

/** The history of an environment, empty where it cannot be read: who approves need not be able to open the stack; `up` can, and judges again. */
export async function readableHistory(session: Session, spec: EnvironmentSpec): Promise<readonly UpdateRecord[]> {
  try {
    return await readHistory(session, spec);
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    session.progress.note(
      `only the last commits count as the change, as its history cannot be read: ${error.findings[0].message}`,
    );
    return [];
  }
}
