import { open, readFile, rm, stat } from "node:fs/promises";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ignore } from "../../core/errors/system-error.ts";
import { ignoreMissing } from "../find/executable.ts";
import { isSameProcess, processIdentity } from "./identity.ts";

const pollMs = 200;
/** A lock file without an owner is being written; if it stays so, its writer has died. */
const unwrittenMs = 5_000;

/**
 * Runs `work` while no other process holds the lock `file`. A lock whose owner is gone is taken over. Two processes may
 * take over the same lock at the same moment, so work under it has to be safe twice; the lock only saves the effort.
 * @param onWait called once if somebody else holds it.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: { readonly onWait?: () => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  let waited = false;
  while (!(await tryLock(file))) {
    if (!waited) options.onWait?.();
    waited = true;
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await sleep(pollMs, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  const handle = await open(file, "wx").catch(ignore("EEXIST"));
  if (handle === undefined) return false;
  try {
    await handle.writeFile(`${process.pid} ${(await processIdentity(process.pid)) ?? ""}`);
  } finally {
    await handle.close();
  }
  return true;
}

async function isAbandoned(file: string): Promise<boolean> {
  const owner = await readFile(file, "utf8").catch(ignoreMissing);
  if (owner === undefined) return false;
  const [, pid, identity] = /^(\d+) (.+)$/.exec(owner) ?? [];
  if (pid !== undefined && identity !== undefined) return !(await isSameProcess(Number(pid), identity));
  const created = (await stat(file).catch(ignoreMissing))?.mtimeMs;
  return created !== undefined && Date.now() - created > unwrittenMs;
}
