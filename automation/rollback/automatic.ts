import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { automaticReason, automaticRollbacks } from "../../core/rollback/automatic.ts";
import { isFilled } from "../engine/failures.ts";
import { FailedCommand } from "../failed-command.ts";
import { withFolders } from "../folder-sets.ts";
import { readHistory } from "../history/read.ts";
import { findingLines } from "../output/findings.ts";
import { span, type Line } from "../output/line.ts";
import { sparedLines } from "../output/rollbacks.ts";
import type { Session } from "../session.ts";
import type { UpdateFlags } from "../update/preview.ts";
import { bringUp } from "../update/bring-up.ts";
import { findControlRepository } from "../promote/control.ts";
import { sparingFiles, type Spared } from "./project-files.ts";
import { settle, type Destiny } from "./settle.ts";
import { approvedParts, findStep, stepLines, takeStep, type Step } from "./step.ts";

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
  const notesOf = (names: readonly string[]): readonly Line[] =>
    names.map((name) => [
      span("bad", name),
      ` stays as it is: it went back by itself ${limitOf(name)} times already (applications.${name}.rollback.limit)`,
    ]);
  const isFree = (name: string): boolean => automaticRollbacks(records, name) < limitOf(name);
  const tired = asking.filter((name) => !isFree(name));
  const chosen = asking.filter(isFree);
  if (!isFilled(chosen)) return told(error, notesOf(tired), []);
  const notes = notesOf(tired);
  const reason = automaticReason(chosen, error.findings[0].message);
  try {
    const lines = await sparingFiles(session, env, (isInGit) =>
      takeBack(session, loaded, { chosen, reason, flags, isInGit }),
    );
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

interface Way {
  readonly chosen: readonly [string, ...string[]];
  readonly reason: string;
  readonly flags: UpdateFlags;
  /** To be called once Git has what the files of the project say. */
  readonly isInGit: () => Promise<Spared>;
}

/** Takes applications back, one on top of the other, and applies that. */
async function takeBack(
  session: Session,
  loaded: LoadedEnvironment,
  { chosen: [first, ...more], reason, flags, isInGit }: Way,
): Promise<readonly Line[]> {
  const env = loaded.spec.name;
  const steps: [Step, ...Step[]] = [await stepBack(session, env, first, reason)];
  for (const application of more) steps.push(await stepBack(session, env, application, reason));
  const destiny = await automaticDestiny(session, loaded);
  const { published, exceptions, lines } = await settle(session, loaded.spec, {
    ...{ steps, reason, destiny },
    remember: true,
  });
  session.show([
    ...steps.flatMap((step) => stepLines(step, published === undefined ? loaded.file : undefined)),
    ...lines,
    ...(published === undefined ? [] : sparedLines(published, await isInGit())),
    [],
  ]);
  const exception = exceptions.length === 0 ? undefined : exceptions.join("; ");
  const why = { kind: "rollback", reason, exception } as const;
  const how = { yes: true, refresh: false, wait: true, flags, why, madeOf: approvedParts(steps) };
  return (await bringUp(session, env, how)).lines;
}

/** Takes one application back in the files of the project; nothing is applied yet. */
async function stepBack(session: Session, env: string, application: string, reason: string): Promise<Step> {
  session.progress.step(`rolling back ${application}`);
  const now = await withFolders(session, await loadEnvironment(session.project, env));
  const found = await findStep(session, now, { application, to: undefined, reason });
  const step = await takeStep(session, found, { reason, block: true, yes: true });
  if (step !== undefined) return step;
  throw failure("INTERNAL", "Somebody was asked who was not there.", "Report this as a bug.");
}

/** The branch itself where the document lets commits go there, else one for review; nowhere if the project is no clone. */
async function automaticDestiny(session: Session, { spec }: LoadedEnvironment): Promise<Destiny | undefined> {
  const control = await findControlRepository(session);
  return control === undefined ? undefined : { control, mode: spec.promotion?.direct === true ? "direct" : "review" };
}

function told(error: FailedCommand, lines: readonly Line[], rolledBack: readonly string[]): FailedCommand {
  const { report, exitCode } = error;
  const document = { ...report.document, rolledBack };
  return new FailedCommand(error, { ...report, document, lines: [...report.lines, ...lines] }, exitCode);
}
