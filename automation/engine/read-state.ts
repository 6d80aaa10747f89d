import process from "node:process";
import { resolveBackend } from "./backend.ts";
import { RunLog, processAtWork } from "./run-record.ts";
import { readProjectSettings } from "./settings.ts";
import { readState, stateFiles } from "./state-files.ts";
import type { StateExport } from "./types.ts";

/** The state of a stack, read without the engine. */
export interface ReadState {
  /** Undefined if there is none. */
  readonly state: StateExport | undefined;
}

/**
 * Reads the state where it is a file: no tool is needed, and no process. Undefined for every other backend, which only the
 * engine can ask. Throws STATE_CORRUPT, STATE_UNAVAILABLE and CONFIG_INVALID.
 */
export async function readStateFile(
  project: string,
  environment: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadState | undefined> {
  const settings = await readProjectSettings(project);
  const { folder } = resolveBackend(project, settings, env);
  if (folder === undefined) return undefined;
  return { state: await readState(stateFiles(folder, project, settings.name, environment)) };
}

/** The run that has begun on this machine and not ended in an orderly way: still at work, or killed. */
export async function unfinishedRunOf(
  project: string,
  environment: string,
): Promise<"running" | "interrupted" | undefined> {
  const noted = await new RunLog(project, environment).read();
  if (noted === undefined) return undefined;
  return (await processAtWork(noted)) === undefined ? "interrupted" : "running";
}

/** True if the run that has begun and not ended is one of this process, which may not have started the engine yet. */
export async function isOwnRunOpen(project: string, environment: string): Promise<boolean> {
  return (await new RunLog(project, environment).read())?.owner?.pid === process.pid;
}
