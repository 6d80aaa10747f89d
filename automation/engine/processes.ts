import { readFile, readdir } from "node:fs/promises";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ignore } from "../../core/errors/system-error.ts";

/** Environment variable that every process of one run carries: the engine, its plugins and the program. */
export const runVariable = "DRIFTLESS_RUN";

const waitMs = 100;
const waits = 50;

/**
 * Kills what an engine that died has left: a provider goes on with the call that it was in, and would create an object
 * after the recovery has looked for it. Works where there is a /proc; elsewhere plugins end by themselves within minutes.
 */
export async function killLeftovers(run: string): Promise<void> {
  for (let round = 0; round < waits; round += 1) {
    const left = await processesOf(run);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    await sleep(waitMs);
  }
}

async function processesOf(run: string): Promise<readonly number[]> {
  const wanted = `${runVariable}=${run}`;
  const entries = await readdir("/proc").catch(ignoreGone);
  const pids = (entries ?? []).filter((name) => /^[0-9]+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(ignoreGone);
      return environment?.split("\0").includes(wanted) === true ? pid : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined).filter((pid) => pid !== process.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    ignoreGone(error);
  }
}

/** A process that is gone, belongs to somebody else, or a machine without /proc. */
const ignoreGone = ignore("ENOENT", "ESRCH", "EACCES", "EPERM");
