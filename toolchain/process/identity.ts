import { readFile } from "node:fs/promises";
import { platform } from "node:os";
import { ignore } from "../../core/errors/system-error.ts";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { ignoreMissing } from "../find/executable.ts";

/**
 * What tells a process from a later one with the same id: the boot and the moment of its start. Undefined if there is
 * no such process (a zombie counts as gone).
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  return platform() === "linux" ? fromProc(pid) : fromPs(pid);
}

/** True if the process with this id is the one whose identity was recorded. */
export async function isSameProcess(pid: number, identity: string): Promise<boolean> {
  return (await processIdentity(pid)) === identity;
}

async function fromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(ignore("ENOENT", "ESRCH"));
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything; fields are counted from behind it. State is field 3, start is field 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(ignoreMissing);
  return `${boot?.trim() ?? "boot"}:${fields[19] ?? ""}`;
}

async function fromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await runProgram({
      file: "/bin/ps",
      args: ["-o", "lstart=", "-p", String(pid)],
      env: { LC_ALL: "C" },
      timeoutMs: 5_000,
      maxOutputBytes: 4_096,
    });
    return stdout.toString("utf8").trim() || undefined;
  } catch (error) {
    if (error instanceof ProgramError && error.reason === "exit") return undefined;
    throw error;
  }
}
