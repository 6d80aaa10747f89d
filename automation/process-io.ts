import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Io } from "./io.ts";

/** The surroundings of this process. */
export function processIo(signal: AbortSignal): Io {
  const { stdin, stdout, stderr, env } = process;
  const canAsk = stdin.isTTY && stderr.isTTY;
  const closed = new AbortController();
  // A reader that has seen enough, such as `head`, is no error, and ends nothing but what only ever prints.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    closed.abort();
  });
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isTerminal: stdout.isTTY,
    progressInPlace: stderr.isTTY,
    // A terminal that does not know its width says 0.
    ...(stdout.isTTY && stdout.columns > 0 ? { columns: stdout.columns } : {}),
    env,
    cwd: process.cwd(),
    cache: join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "driftless"),
    signal,
    closed: closed.signal,
    now: () => new Date(),
    ...(canAsk ? { ask: (question: string) => ask(question, signal) } : {}),
  };
}

/** Calls `work` with a signal that the first interrupt aborts; the second ends the process at once, as everywhere. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}
