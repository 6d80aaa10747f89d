import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { HistoryEntry } from "../../core/history/record.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { readState, stateFile } from "./state-files.ts";
import { EngineExit } from "./command.ts";
import type { LastRun, StateExport } from "./types.ts";
import { runCommand, type Workspace } from "./workspace.ts";

const exportSchema = z.object({ version: z.number(), deployment: z.custom<JsonObject>().nullish() });
const historySchema = z.array(
  z.object({
    kind: z.string(),
    result: z.enum(["succeeded", "failed", "in-progress", "not-started"]),
    startTime: z.string(),
    endTime: z.string().optional(),
    resourceChanges: z.record(z.string(), z.number()).nullish(),
    message: z.string().nullish(),
    environment: z.record(z.string(), z.string()).nullish(),
  }),
);

/**
 * The state with its secrets encrypted, undefined if there is no such stack; from the file where there is one, which takes
 * no process. Throws STATE_CORRUPT.
 */
export async function exportState(workspace: Workspace): Promise<StateExport | undefined> {
  return workspace.files === undefined ? exportThrough(workspace, []) : readState(workspace.files);
}

/** The state with its secrets in plain text, undefined if there is no such stack. Not to be written anywhere. */
export function exportSecretState(workspace: Workspace): Promise<StateExport | undefined> {
  return exportThrough(workspace, ["--show-secrets"]);
}

async function exportThrough(workspace: Workspace, options: readonly string[]): Promise<StateExport | undefined> {
  const args = ["stack", "export", "--stack", workspace.stackName, ...options];
  const text = await runCommand(workspace, args).catch(ifNoStack);
  if (text === undefined) return undefined;
  const { version, deployment } = exportSchema.parse(JSON.parse(text));
  return deployment === undefined || deployment === null ? undefined : { version, deployment };
}

/** Writes an edited state through the engine, which checks it. Secrets in it are encrypted. */
export async function importState(workspace: Workspace, state: StateExport): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    await runCommand(workspace, ["stack", "import", "--stack", workspace.stackName, "--file", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The newest entry of the history, undefined if there is none or no such stack. */
export async function lastRun(workspace: Workspace): Promise<LastRun | undefined> {
  const [newest] = await readEntries(workspace, ["--page-size", "1", "--page", "1"]);
  if (newest === undefined) return undefined;
  const { kind, result, startTime, endTime, changes } = newest;
  return { kind, result, startTime, ...(endTime === undefined ? {} : { endTime }), changes };
}

/** The whole history, newest first; empty if there is none or no such stack. */
export function historyEntries(workspace: Workspace): Promise<readonly HistoryEntry[]> {
  // Without a size, the engine takes ten; zero is all of it.
  return readEntries(workspace, ["--page-size", "0"]);
}

async function readEntries(workspace: Workspace, page: readonly string[]): Promise<readonly HistoryEntry[]> {
  if (workspace.files !== undefined && (await stateFile(workspace.files)) === undefined) return [];
  const args = ["stack", "history", "--json", ...page, "--stack", workspace.stackName];
  const entries = historySchema.parse(JSON.parse((await runCommand(workspace, args).catch(ifNoStack)) || "[]"));
  return entries.map(({ resourceChanges, message, environment, ...rest }) => ({
    ...rest,
    message: message ?? "",
    environment: environment ?? {},
    changes: resourceChanges ?? {},
  }));
}

/** Undefined where the engine knows no such stack; throws every other error on. */
function ifNoStack(error: unknown): undefined {
  const { cause } = error instanceof Error ? error : {};
  if (!(cause instanceof EngineExit && /no stack named/.test(cause.stderr))) throw error;
}
