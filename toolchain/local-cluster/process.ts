import { spawn } from "node:child_process";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isSystemError } from "../../core/errors/system-error.ts";
import { failure } from "../../core/errors/error.ts";
import { ignoreMissing } from "../find/executable.ts";
import { isSameProcess, processIdentity } from "../process/identity.ts";
import { logPath, names } from "./layout.ts";

const pollMs = 50;

/** True if the program that was started last in this folder still runs. */
export async function isRunning(folder: string, program: string): Promise<boolean> {
  return (await recordedProcess(folder, program)) !== undefined;
}

/**
 * Starts a program that outlives this process, in a folder of its own, where its output goes to its log.
 * @param env - what it gets besides `HOME`, which is the folder
 * @returns its process id
 */
export async function startProgram(
  folder: string,
  program: string,
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<number> {
  const path = logPath(folder, program);
  await rename(path, `${path}.1`).catch(ignoreMissing);
  const log = await open(path, "w", 0o600);
  try {
    const child = spawn(executable, args, {
      cwd: folder,
      env: { ...env, HOME: folder },
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    const pid = child.pid ?? 0;
    const identity = await processIdentity(pid);
    await writeFile(recordPath(folder, program), JSON.stringify({ pid, identity: identity ?? "" }));
    return pid;
  } catch (error) {
    throw failure("CLUSTER_START_FAILED", `${program} could not be started.`, "Run `driftless doctor`.", {
      cause: error,
    });
  } finally {
    await log.close();
  }
}

/** Asks a program to end, kills it after `graceMs`, and waits until it is gone. Only ever the process that was started. */
export async function stopProgram(folder: string, program: string, graceMs: number): Promise<void> {
  const recorded = await recordedProcess(folder, program);
  if (recorded !== undefined) {
    const deadline = Date.now() + graceMs;
    let killed = false;
    signal(recorded.pid, "SIGTERM");
    while (await isSameProcess(recorded.pid, recorded.identity)) {
      if (!killed && Date.now() > deadline) {
        signal(recorded.pid, "SIGKILL");
        killed = true;
      }
      await sleep(pollMs);
    }
  }
  await rm(recordPath(folder, program), { force: true });
}

/** The last lines that a program wrote. */
export async function lastLines(folder: string, program: string, count: number): Promise<readonly string[]> {
  const text = await readFile(logPath(folder, program), "utf8").catch(ignoreMissing);
  return (text ?? "").trimEnd().split("\n").slice(-count);
}

interface RecordedProcess {
  readonly pid: number;
  readonly identity: string;
}

async function recordedProcess(folder: string, program: string): Promise<RecordedProcess | undefined> {
  const text = await readFile(recordPath(folder, program), "utf8").catch(ignoreMissing);
  if (text === undefined) return undefined;
  const { pid, identity } = JSON.parse(text) as Record<string, unknown>;
  if (typeof pid !== "number" || typeof identity !== "string") return undefined;
  return (await isSameProcess(pid, identity)) ? { pid, identity } : undefined;
}

function recordPath(folder: string, program: string): string {
  return join(folder, names.processes, `${program}.json`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself between the look and the signal.
    if (!isSystemError(error, "ESRCH")) throw error;
  }
}
