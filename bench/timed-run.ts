import { spawn } from "node:child_process";
import type { TimedLine } from "./split.ts";
import { watchProcesses, type Usage } from "./processes.ts";

/** A command that was run to its end. */
export interface TimedRun extends Usage {
  readonly seconds: number;
  readonly stdout: string;
  /** What it wrote to stderr, line by line. */
  readonly lines: readonly TimedLine[];
}

/** How a command is run. */
export interface TimedRunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Exit codes that are no failure. Default: 0. */
  readonly codes?: readonly number[];
}

/** Runs a command as its user would, and takes its time and the memory of all that it starts. Throws if it fails. */
export async function timedRun(
  file: string,
  args: readonly string[],
  { cwd, env, codes = [0] }: TimedRunOptions,
): Promise<TimedRun> {
  const started = performance.now();
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const usage = watchProcesses(child.pid ?? 0, env);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  const lines: TimedLine[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    stderr.push(chunk);
    const at = (performance.now() - started) / 1000;
    // A line that is cut in two is told twice, which is no harm: only its beginning counts.
    for (const text of chunk.toString("utf8").split("\n")) if (text !== "") lines.push({ at, text });
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  const used = usage.stop();
  if (code === null || !codes.includes(code)) {
    const output = Buffer.concat([...stderr, ...stdout]).toString("utf8");
    throw new Error(`${file} ${args.join(" ")} ended with ${code ?? "a signal"}:\n${output.slice(-4_000)}`);
  }
  return { seconds, stdout: Buffer.concat(stdout).toString("utf8"), lines, ...used };
}
