import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { parse, SemVer } from "semver";
import { isSystemError } from "../../core/errors/system-error.ts";
import { enterGroup, leaveGroup, signalGroup } from "../../core/exec/group.ts";

/** How the engine is started. */
export interface CommandOptions {
  /** Absolute path of the Pulumi CLI. */
  readonly file: string;
  readonly version: string;
  /** The whole environment of the engine; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told the id of each process as it starts. */
  onStart?(pid: number): void;
  /** Told of a process that had to be killed. */
  onKilled?(pid: number): Promise<void>;
}

/** A command of the engine that did not end with exit code 0. */
export class EngineExit extends Error {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(exitCode: number | undefined, stdout: string, stderr: string) {
    super(`the engine ended with ${exitCode === undefined ? "a signal" : `exit code ${exitCode}`}`);
    this.name = "EngineExit";
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** What a command wrote, in the form that the Automation API expects. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** One start of the engine. */
interface EngineRun {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: ((text: string) => void) | undefined;
  readonly onError: ((text: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Time for steps at work to end after the first SIGINT; then to write the state after the second. Milliseconds. */
const patience = { cancel: 20_000, terminate: 10_000 };
const oldest = new SemVer("3.250.0");
const maxOutputBytes = 1024 ** 3;

/**
 * Commands that the Automation API adds to each operation and that nobody here reads: which stack is selected is global
 * and the user's own business, and outputs and result of an update have arrived as events. Three processes saved.
 */
const answers: Readonly<Record<string, string>> = { "stack select": "", "stack output": "{}", "stack history": "[]" };

/**
 * The Pulumi CLI for the Automation API. Its own runner knows no process id, inherits the environment, lets a Ctrl-C of
 * the terminal reach the engine twice and never kills an engine that hangs.
 */
export class EngineCommand implements PulumiCommand {
  readonly command: string;
  readonly version: SemVer;
  readonly #options: CommandOptions;

  constructor(options: CommandOptions) {
    this.command = options.file;
    this.version = parse(options.version, { loose: true }) ?? oldest;
    this.#options = options;
  }

  /** Called by the Automation API. Throws EngineExit. */
  async run(
    args: readonly string[],
    cwd: string,
    additionalEnv: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutput> {
    const answer = answers[args.slice(0, 2).join(" ")];
    if (answer !== undefined) return { stdout: answer, stderr: "", code: 0 };
    return this.start(args, cwd, additionalEnv, onOutput, onError, signal);
  }

  /**
   * Runs one command in a process group of its own, with a folder of its own for temporary files: the Kubernetes provider
   * writes each kubeconfig into one and leaves it there. Throws EngineExit.
   */
  async start(
    args: readonly string[],
    cwd: string,
    additionalEnv: Readonly<Record<string, string>> = {},
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutput> {
    signal?.throwIfAborted();
    const temporary = await mkdtemp(join(tmpdir(), "driftless-engine-"));
    try {
      return await this.#run({ args, cwd, env: { ...additionalEnv, TMPDIR: temporary }, onOutput, onError, signal });
    } finally {
      await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async #run({ args, cwd, env, onOutput, onError, signal }: EngineRun): Promise<CommandOutput> {
    const child = execa(this.command, [...args, "--non-interactive"], {
      cwd,
      env: { ...this.#options.env, ...env, PULUMI_AUTOMATION_API: "true" },
      extendEnv: false,
      stdin: "ignore",
      maxBuffer: maxOutputBytes,
      stripFinalNewline: false,
      detached: true,
      reject: false,
    });
    child.stdout.on("data", (data: Buffer) => onOutput?.(data.toString("utf8")));
    child.stderr.on("data", (data: Buffer) => onError?.(data.toString("utf8")));
    const { pid } = child;
    if (pid === undefined) throw new EngineExit(undefined, "", "The engine could not be started.");
    enterGroup(pid);
    this.#options.onStart?.(pid);
    const ended = new AbortController();
    const stopping = this.#stopOnAbort(pid, signal, ended.signal);
    try {
      const { stdout, stderr, exitCode } = await child;
      if (exitCode !== 0) throw new EngineExit(exitCode, stdout, stderr);
      return { stdout, stderr, code: 0 };
    } finally {
      ended.abort();
      leaveGroup(pid);
      await stopping;
    }
  }

  /** SIGINT lets the steps at work end, a second one ends them, both write the state and release the lock; then SIGKILL. */
  async #stopOnAbort(pid: number, signal: AbortSignal | undefined, ended: AbortSignal): Promise<void> {
    if (signal === undefined || !(await aborted(signal, ended))) return;
    interrupt(pid);
    if (await passes(patience.cancel, ended)) interrupt(pid);
    if (await passes(patience.terminate, ended)) {
      signalGroup(pid, "SIGKILL");
      await this.#options.onKilled?.(pid);
    }
  }
}

/** The engine alone: its plugins are its own business. */
function interrupt(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    if (!isSystemError(error, "ESRCH")) throw error;
  }
}

/** Waits for one of two signals; true if it was the first. */
async function aborted(signal: AbortSignal, other: AbortSignal): Promise<boolean> {
  const both = AbortSignal.any([signal, other]);
  if (!both.aborted) await new Promise((resolve) => both.addEventListener("abort", resolve, { once: true }));
  return signal.aborted && !other.aborted;
}

/** True if the time passes before the signal. */
async function passes(milliseconds: number, ended: AbortSignal): Promise<boolean> {
  try {
    await sleep(milliseconds, undefined, { signal: ended });
    return true;
  } catch (error) {
    if (ended.aborted) return false;
    throw error;
  }
}
