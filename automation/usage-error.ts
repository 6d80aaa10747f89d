import { CommanderError } from "commander";
import { failure, type DriftlessError } from "../core/errors/error.ts";

/** What commander throws after it has printed help or the version: not an error. */
export function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** A mistake on the command line as one of our errors; commander's suggestion becomes the fix. */
export function usageError(error: CommanderError): DriftlessError {
  // Without a command commander prints its help as an error.
  if (error.code === "commander.help") {
    return failure("USAGE", "No command was given.", "Run driftless --help to see the commands.");
  }
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = rest.join(" ").match(/Did you mean (.+)\?/)?.[1];
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/\.?$/, ".");
  const fix =
    suggestion === undefined ? "Run the command with --help to see what it takes." : `Did you mean ${suggestion}?`;
  return failure("USAGE", sentence, fix);
}
