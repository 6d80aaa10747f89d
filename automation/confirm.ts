import { failure } from "../core/errors/error.ts";
import type { Report } from "./command.ts";
import { exitCodes } from "./exit-code.ts";
import type { Session } from "./session.ts";

/** Throws USAGE where somebody would have to be asked and nobody can answer; before any work is done. */
export function requireConsent(session: Session, yes: boolean): void {
  if (yes || (session.io.ask !== undefined && session.form === "text")) return;
  throw failure("USAGE", "There is nobody to ask here.", "Read the preview, then run the command with --yes.");
}

/** Asks for one exact answer, unless `yes`. */
export async function confirm(session: Session, yes: boolean, question: string, answer: string): Promise<boolean> {
  if (yes) return true;
  session.progress.end();
  const given = await session.io.ask?.(`${question} Type ${answer}: `);
  return given?.trim() === answer;
}

/** The report of a command to which somebody did not agree. @param what `applied`, `changed` and so on. */
export function declined(document: Report["document"], what: string): Report {
  return { document, lines: [[`Nothing was ${what}.`]], exitCode: exitCodes.interrupted };
}
