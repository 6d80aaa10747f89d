import { run } from "../automation/cli.ts";
import { exitCodes } from "../automation/exit-code.ts";
import type { Io } from "../automation/io.ts";

/** How the demo speaks: headings with the time, commands as a person would type them, and their real output. */
export interface Stage {
  /** Says what comes next and why. */
  heading(text: string): void;
  /** Runs a command of Driftless as it would be typed. Throws DemoStopped if it fails. */
  driftless(...args: readonly string[]): Promise<void>;
  /** The same with a command that must refuse. Throws DemoStopped if it ends in any other way. */
  refused(...args: readonly string[]): Promise<void>;
  /** The same with a command that must find differences. Throws DemoStopped if it ends in any other way. */
  finds(...args: readonly string[]): Promise<void>;
  /** Shows a command line before something else runs it. */
  typed(line: string): void;
  print(text: string): void;
}

/** The demo cannot go on; where a command failed, its own output says why. */
export class DemoStopped extends Error {
  readonly exitCode: number;

  constructor(reason: string, exitCode: number) {
    super(`the demo stops here: ${reason}`);
    this.name = "DemoStopped";
    this.exitCode = exitCode;
  }
}

/** A stage on this terminal. `started`: milliseconds since 1970 at which the demo began. */
export function createStage(io: Io, started: number): Stage {
  const strong = io.isTerminal ? (text: string) => `\u001b[1m${text}\u001b[22m` : (text: string) => text;
  const typed = (line: string): void => io.stdout(`\n${strong(`$ ${line}`)}\n`);
  const perform = async (args: readonly string[], expected: number): Promise<void> => {
    typed(`bin/driftless ${args.join(" ")}`);
    const exitCode = await run(args, io);
    if (exitCode === expected) return;
    // A command that should have refused and did not is a fault of the demo.
    throw new DemoStopped(`the command above ended with exit code ${exitCode}`, exitCode === 0 ? 1 : exitCode);
  };
  let step = 0;
  return {
    heading: (text) => {
      step += 1;
      const seconds = Math.round((io.now().getTime() - started) / 1000);
      io.stdout(`\n${strong(`${step}. ${text}`)}  (${seconds} s)\n`);
    },
    driftless: (...args) => perform(args, exitCodes.success),
    finds: (...args) => perform(args, exitCodes.differences),
    refused: (...args) => perform(args, exitCodes.terminal),
    typed,
    print: (text) => io.stdout(`${text}\n`),
  };
}
