import { setTimeout as sleep } from "node:timers/promises";
import { isAtWork, type RunLog } from "./run-record.ts";

/** Milliseconds between two looks. */
const intervalMs = 250;
/** Looks until it is given up, two minutes: the older run may still be applying objects. */
const looks = 480;

/**
 * Waits for a run of this project for another commit than `revision`: it gives way as soon as it sees that the pin has
 * moved. One for the same commit, and one that does not end in time, are left to be found as a lock.
 */
export async function waitForOlder(
  log: RunLog,
  revision: string,
  { progress, signal }: { readonly progress: (line: string) => void; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const older = await log.read();
  if (older?.revision === undefined || older.revision === revision || !(await isAtWork(older))) return;
  progress(`waiting for the run at ${older.revision.slice(0, 7)} to end: the pin has moved`);
  for (let look = 0; look < looks; look += 1) {
    const now = await log.read();
    if (now?.run !== older.run || !(await isAtWork(now))) return;
    await sleep(intervalMs, undefined, { signal });
  }
}
