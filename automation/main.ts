import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { run } from "./cli.ts";
import type { Io } from "./io.ts";

/** Runs the command line of this process and leaves its exit code behind. */
export async function main(): Promise<void> {
  const interruption = new AbortController();
  // The second interrupt ends the process at once, as everywhere.
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // A reader that has seen enough, such as head, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.exitCode = await run(process.argv.slice(2), createIo(interruption.signal));
  process.off("SIGINT", interrupt);
  process.off("SIGTERM", interrupt);
}

function createIo(signal: AbortSignal): Io {
  const { stdin, stdout, stderr, env } = process;
  const canAsk = stdin.isTTY && stderr.isTTY;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isTerminal: stdout.isTTY,
    progressInPlace: stderr.isTTY,
    ...(stdout.isTTY ? { columns: stdout.columns } : {}),
    env,
    cwd: process.cwd(),
    cache: join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless"),
    signal,
    now: () => new Date(),
    ...(canAsk ? { ask: (question: string) => ask(question, signal) } : {}),
  };
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}

await main();
