import { run } from "../automation/cli.ts";
import { exitCodes } from "../automation/exit-code.ts";
import type { Io } from "../automation/io.ts";

/** What a command must have come to, so that the demo says nothing that is not so. */
export interface Expected {
  readonly exitCode: number;
  /** What it must have said, on either output. */
  readonly says?: RegExp;
}

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
  /** The same in other surroundings. `typed` stands in front of the arguments. Returns all that it said. */
  perform(typed: string, args: readonly string[], io: Io, expected: Expected): Promise<string>;
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
  const typed = (line: string): void => io.stdout(`\n${strong(line)}\n`);
  const perform: Stage["perform"] = async (prompt, args, around, { exitCode: expected, says }) => {
    typed(`${prompt} ${args.map(quoted).join(" ")}`);
    let said = "";
    const hear = (text: string): string => {
      said += text;
      return text;
    };
    const exitCode = await run(args, {
      ...around,
      stdout: (text) => around.stdout(hear(text)),
      stderr: (text) => around.stderr(hear(text)),
    });
    // A command that should have refused and did not is a fault of the demo.
    if (exitCode !== expected)
      throw new DemoStopped(`the command above ended with exit code ${exitCode}`, exitCode === 0 ? 1 : exitCode);
    if (says !== undefined && !says.test(said)) throw new DemoStopped(`the command above did not say ${says}`, 1);
    return said;
  };
  const own = async (args: readonly string[], exitCode: number): Promise<void> => {
    await perform("$ bin/driftless", args, io, { exitCode });
  };
  let step = 0;
  return {
    heading: (text) => {
      step += 1;
      const seconds = Math.round((io.now().getTime() - started) / 1000);
      io.stdout(`\n${strong(`${step}. ${text}`)}  (${seconds} s)\n`);
    },
    driftless: (...args) => own(args, exitCodes.success),
    finds: (...args) => own(args, exitCodes.differences),
    refused: (...args) => own(args, exitCodes.terminal),
    perform,
    typed,
    print: (text) => io.stdout(`${text}\n`),
  };
}

/** An argument as a shell takes it. */
function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`;
}
