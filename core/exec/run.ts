import { basename } from "node:path";
import { execa } from "execa";
import { enterGroup, leaveGroup, residentBytes, signalGroup } from "./group.ts";

/** One start of an external program. */
export interface ProgramRun {
  /** Executable: an absolute path, or a name that is looked up in `env.PATH`. */
  readonly file: string;
  readonly args: readonly string[];
  /** Working directory. Default: that of this process. */
  readonly cwd?: string | undefined;
  /** The whole environment of the program; nothing is inherited. Undefined values are left out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads. Default: nothing (end of file at once). */
  readonly stdin?: string | Uint8Array | undefined;
  /** Milliseconds until it is asked to stop; what is left of it is killed a second later. */
  readonly timeoutMs: number;
  /** Most bytes that it may write, to standard output and standard error each. */
  readonly maxOutputBytes: number;
  /** Most resident memory of the program itself, looked at every 50 ms. Linux only; elsewhere there is no limit. */
  readonly maxMemoryBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a program wrote that ended with exit code 0. */
export interface ProgramOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Why a program failed. `not-found`: it could not be started. */
export type ProgramFailure = "exit" | "timeout" | "output-limit" | "memory-limit" | "not-found" | "aborted";

/** A program that failed; its message names no path and shows no output. */
export class ProgramError extends Error {
  readonly reason: ProgramFailure;
  /** Undefined if it was killed or never started. */
  readonly exitCode: number | undefined;
  /** What it wrote until then. */
  readonly stdout: Buffer;
  readonly stderr: string;

  constructor(program: string, reason: ProgramFailure, detail: Partial<ProgramOutput> & { exitCode?: number } = {}) {
    super(`${program} ${describe(reason, detail.exitCode)}`);
    this.name = "ProgramError";
    this.reason = reason;
    this.exitCode = detail.exitCode;
    this.stdout = detail.stdout ?? Buffer.alloc(0);
    this.stderr = detail.stderr ?? "";
  }
}

const graceMs = 1_000;
const memoryPollMs = 50;

/**
 * Runs a program to its end, with no shell, in a process group of its own: when it ends, for whatever reason, everything
 * that it started ends with it. A Ctrl-C of the terminal does not reach it; pass a `signal`.
 * @throws {ProgramError} unless it ends with exit code 0.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramOutput> {
  const program = basename(run.file);
  if (run.signal?.aborted === true) throw new ProgramError(program, "aborted");

  const child = execa(run.file, run.args, {
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    env: definedOnly(run.env),
    extendEnv: false,
    ...(run.stdin === undefined ? { stdin: "ignore" as const } : { input: run.stdin }),
    encoding: "buffer",
    stripFinalNewline: false,
    maxBuffer: run.maxOutputBytes,
    killSignal: "SIGKILL",
    detached: true,
    reject: false,
  });
  const { pid } = child;
  const watch = pid === undefined ? undefined : watchRun(pid, run);
  child.once("exit", () => watch?.end());
  const result = await child.finally(() => watch?.end());

  const output = { stdout: asBuffer(result.stdout), stderr: asBuffer(result.stderr).toString("utf8") };
  const reason =
    watch?.stopped() ?? (result.isMaxBuffer ? "output-limit" : pid === undefined ? "not-found" : undefined);
  if (reason !== undefined) throw new ProgramError(program, reason, output);
  if (result.exitCode === 0) return output;
  throw new ProgramError(program, "exit", {
    ...output,
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
  });
}

/** Stops the group for the first of: timeout, abort, memory. */
function watchRun(pid: number, run: ProgramRun): { stopped(): ProgramFailure | undefined; end(): void } {
  let reason: ProgramFailure | undefined;
  let ended = false;
  const timers: NodeJS.Timeout[] = [];
  const stop = (why: ProgramFailure): void => {
    if (reason !== undefined || ended) return;
    reason = why;
    signalGroup(pid, why === "memory-limit" ? "SIGKILL" : "SIGTERM");
    timers.push(setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs));
  };
  const onAbort = (): void => stop("aborted");
  const { maxMemoryBytes, signal } = run;

  enterGroup(pid);
  timers.push(setTimeout(() => stop("timeout"), run.timeoutMs));
  signal?.addEventListener("abort", onAbort, { once: true });
  if (maxMemoryBytes !== undefined) {
    const poll = async (): Promise<void> => {
      if (((await residentBytes(pid)) ?? 0) > maxMemoryBytes) stop("memory-limit");
    };
    timers.push(setInterval(() => void poll(), memoryPollMs));
  }
  return {
    stopped: () => reason,
    end: () => {
      if (ended) return;
      ended = true;
      timers.forEach((timer) => clearTimeout(timer));
      signal?.removeEventListener("abort", onAbort);
      leaveGroup(pid);
    },
  };
}

/** The same bytes, not copied: output may be half a gigabyte. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function definedOnly(env: ProgramRun["env"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function describe(reason: ProgramFailure, exitCode: number | undefined): string {
  switch (reason) {
    case "exit":
      return exitCode === undefined ? "was killed" : `ended with exit code ${exitCode}`;
    case "timeout":
      return "took too long and was stopped";
    case "output-limit":
      return "wrote more than it may and was stopped";
    case "memory-limit":
      return "used more memory than it may and was stopped";
    case "not-found":
      return "could not be started";
    case "aborted":
      return "was stopped on request";
  }
}
