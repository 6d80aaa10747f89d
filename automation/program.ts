import { Argument, Command as Commander, Option } from "commander";
import type { Command, Parameter } from "./command.ts";
import { commands, groups } from "./commands.ts";

/** Options that every command has. */
export interface GlobalOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly color?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** A command that was asked for, with what was typed after it, by names in camel case. */
export interface Invocation {
  readonly name: string;
  readonly command: Command;
  readonly input: Readonly<Record<string, unknown>>;
  readonly global: GlobalOptions;
}

/** How commander speaks: help goes to `write`; its own error lines are dropped, because we report errors ourselves. */
export interface ProgramOutput {
  write(text: string): void;
  readonly columns: number;
}

const exitCodeHelp = `
Exit codes:
  0    done
  1    the input is wrong, or the run failed: somebody has to mend it
  2    differences were found (only with --exit-code), or drift
  3    waiting for something outside, such as a lock: run it again later
  4    a passing fault, such as the network: run it again
  130  interrupted`;

/**
 * The parser for the whole command line. `found` is called with the command that was asked for;
 * help, version and errors are thrown as commander's CommanderError.
 */
export function createProgram(
  version: string,
  output: ProgramOutput,
  found: (invocation: Invocation) => void,
): Commander {
  const program = new Commander("driftless");
  program
    .description("GitOps as a Pulumi program: exactly what was reviewed is what is applied.")
    .version(version, "--version", "print the version")
    .option("-C, --project <folder>", "folder of the project (default: the nearest one upwards with a Pulumi.yaml)")
    .option("--json", "print one JSON document instead of text, errors included")
    .option("--no-color", "print without colours")
    .option("--quiet", "print no progress")
    .option("--debug", "print the causes of an error")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", exitCodeHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
      getOutHasColors: () => false,
    });
  const parents = new Map<string, Commander>();
  for (const [name, command] of Object.entries(commands)) {
    const [first = name, second] = name.split(" ", 2);
    if (second === undefined) {
      parents.set(name, define(program, name, name, command, found));
      continue;
    }
    const parent = parents.get(first) ?? defineGroup(program, first);
    parents.set(first, parent);
    // Options behind the second word are those of its own command, whatever the first has of the same name.
    define(parent.enablePositionalOptions(), second, name, command, found);
  }
  return program;
}

/** A command that only holds others. */
function defineGroup(program: Commander, name: string): Commander {
  const { summary } = groups[name] ?? { summary: "" };
  return program
    .command(name)
    .summary(summary)
    .description(summary)
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print the help of a command");
}

function define(
  parent: Commander,
  word: string,
  name: string,
  command: Command,
  found: (invocation: Invocation) => void,
): Commander {
  const sub = parent
    .command(word)
    .summary(command.summary)
    .description([command.summary, command.description].filter((text) => text !== undefined).join("\n\n"))
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`)
    .addHelpText(
      "after",
      "\nEvery command takes --project, --json, --no-color, --quiet and --debug; see driftless --help.",
    );
  for (const argument of command.arguments) sub.addArgument(toArgument(argument));
  for (const option of command.options) sub.addOption(toOption(option));
  sub.action(() => {
    const options = sub.optsWithGlobals<Readonly<Record<string, unknown>> & GlobalOptions>();
    const typed: readonly unknown[] = sub.processedArgs;
    const values = sub.registeredArguments.map((argument, index): [string, unknown] => [
      camelCase(argument.name()),
      typed[index],
    ]);
    found({
      name,
      command,
      input: { ...sub.opts<Readonly<Record<string, unknown>>>(), ...Object.fromEntries(values) },
      global: options,
    });
  });
  return sub;
}

function toArgument(parameter: Parameter): Argument {
  const argument = new Argument(parameter.syntax, parameter.description);
  return parameter.choices === undefined ? argument : argument.choices(parameter.choices);
}

function toOption(parameter: Parameter): Option {
  const option = new Option(parameter.syntax, parameter.description);
  return parameter.choices === undefined ? option : option.choices(parameter.choices);
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
