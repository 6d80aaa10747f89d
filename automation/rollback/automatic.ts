import { loadEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { automaticReason, automaticRollbacks } from "../../core/rollback/automatic.ts";
import { FailedCommand } from "../failed-command.ts";
import { withFolders } from "../folder-sets.ts";
import { readHistory } from "../history/read.ts";
import { findingLines } from "../output/findings.ts";
import { span, type Line } from "../output/line.ts";
import type { Session } from "../session.ts";
import type { UpdateFlags } from "../update/preview.ts";
import { bringUp } from "../update/bring-up.ts";
import { rollBack } from "./roll-back.ts";

/**
 * Takes applications back that an update has left unhealthy, as far as they ask for it and have not gone back too often. The update has
 * failed all the same.
 * @returns the error of the update, with what became of the rollback
 */
export async function rollBackFailed(
  session: Session,
  env: string,
  error: FailedCommand,
  flags: UpdateFlags,
): Promise<FailedCommand> {
  const loaded = await withFolders(session, await loadEnvironment(session.project, env));
  const asking = error.unhealthy.filter((name) => loaded.spec.applications[name]?.rollback.onFailure === "auto");
  if (asking.length === 0) return error;
  const records = await readHistory(session, loaded.spec);
  const limitOf = (name: string): number => loaded.spec.applications[name]?.rollback.limit ?? 0;
  const isFree = (name: string): boolean => automaticRollbacks(records, name) < limitOf(name);
  const tired = asking.filter((name) => !isFree(name));
  const chosen = asking.filter(isFree);
  const notes: Line[] = tired.map((name) => [
    span("bad", name),
    ` stays as it is: it went back by itself ${limitOf(name)} times already (applications.${name}.rollback.limit)`,
  ]);
  if (chosen.length === 0) return told(error, notes, []);
  const reason = automaticReason(chosen, error.findings[0].message);
  const settings = { to: undefined, reason, block: true, apply: false, review: false, yes: true, flags };
  try {
    for (const application of chosen) {
      session.progress.step(`rolling back ${application}`);
      const now = await withFolders(session, await loadEnvironment(session.project, env));
      await rollBack(session, now, { ...settings, application });
    }
    const why = { kind: "rollback", reason } as const;
    const { lines } = await bringUp(session, env, { yes: true, refresh: false, wait: true, flags, why });
    const names = chosen.join(", ");
    return told(
      error,
      [...notes, ...lines, [span("update", `${names} went back to the last good version: ${reason}`)]],
      chosen,
    );
  } catch (failed) {
    session.io.signal.throwIfAborted();
    if (!(failed instanceof DriftlessError)) throw failed;
    return told(
      error,
      [...notes, [span("bad", "the automatic rollback failed")], ...findingLines(failed.findings)],
      [],
    );
  }
}

function told(error: FailedCommand, lines: readonly Line[], rolledBack: readonly string[]): FailedCommand {
  const { report, exitCode } = error;
  const document = { ...report.document, rolledBack };
  return new FailedCommand(error, { ...report, document, lines: [...report.lines, ...lines] }, exitCode);
}
