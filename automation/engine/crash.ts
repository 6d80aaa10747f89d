import { failure, type DriftlessError } from "../../core/errors/error.ts";

const header = /^.*failed with an unhandled exception:\s*$/;

/** INTERNAL for a program that ended with an error that it did not expect, by what the engine says; undefined for others. */
export function crashFailure(message: string, cause: unknown): DriftlessError | undefined {
  const lines = message.split("\n");
  const start = lines.findIndex((line) => header.test(line));
  if (start === -1) return undefined;
  const report = lines.slice(start + 1);
  // Before the error itself may stand the line of code that does not compile; behind it what the error carries.
  const from = report.findIndex((line) => /^[\w.$ [\]]*(?:Error|Exception)\b/.test(line));
  const reason = (from === -1 ? report[0] : report[from]) ?? "it gave no reason";
  return failure(
    "INTERNAL",
    `The program stopped with an error that it did not expect: ${reason.trim().replace(/[.;]$/, "")}.`,
    "If stacks/ or node_modules/ was changed, undo it; else run again with --debug and report what it prints.",
    { cause },
  );
}
