import { readFile } from "node:fs/promises";
import process from "node:process";
import { ignore, isSystemError } from "../errors/system-error.ts";

/** Groups that run now; whatever ends this program in an orderly way ends them too. */
const running = new Set<number>();
process.on("exit", () => running.forEach((leader) => signalGroup(leader, "SIGKILL")));

/** Remembers a started group until `leaveGroup`. */
export function enterGroup(leader: number): void {
  running.add(leader);
}

/** Ends what is left of a group, children of children included, and forgets it. */
export function leaveGroup(leader: number): void {
  running.delete(leader);
  signalGroup(leader, "SIGKILL");
}

/** Sends a signal to every process of a group; a group that is gone is fine. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: nobody is left. EPERM: macOS says so for a group of zombies.
    if (!isSystemError(error, "ESRCH", "EPERM")) throw error;
  }
}

/** Resident memory of one process in bytes; undefined once it is gone, and where there is no /proc. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "ascii").catch(ignore("ENOENT", "ESRCH"));
  const kibibytes = /^VmRSS:\s+([0-9]+) kB$/m.exec(status ?? "")?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
