import { z } from "zod";
import type { Parameter } from "../command.ts";

/** The environment that nearly every command is about. */
export const environment: Parameter = { syntax: "<env>", description: "name of the environment, such as dev" };

/** For commands whose result is worth a comment on a pull request. */
export const markdown: Parameter = {
  syntax: "--markdown",
  description: "print a comment for a pull request; its hidden first line lets a bot find and update it",
};

/** For commands that analyse. */
export const logs: readonly Parameter[] = [
  { syntax: "--sarif", description: "print SARIF 2.1.0, for code scanning" },
  { syntax: "--junit", description: "print a JUnit report, for the test views of CI systems" },
];

/** For commands that compare. */
export const exitCode: Parameter = { syntax: "--exit-code", description: "exit with 2 if there are differences" };

/** For commands that bring an environment to its pin. */
export const acceptCluster: Parameter = {
  syntax: "--accept-cluster <name...>",
  description:
    "a cluster that may be another one than last time, and holds what it held; compares with it; may be repeated",
};

/** For commands that ask the engine. */
export const refresh: Parameter = {
  syntax: "--refresh",
  description: "read the live objects first, so that changes made by hand are found",
};

/** For commands that commit. */
export const author: Parameter = {
  syntax: "--author <person>",
  description: 'author of the commit, as "Name <address>" (default: as Git is configured)',
};

/** For commands that open pull requests. */
export const again: Parameter = {
  syntax: "--again",
  description: "offer again what somebody has closed without merging it",
};

/** For commands that need approvals. */
export const breakGlass: Parameter = {
  syntax: "--break-glass <reason>",
  description: "go without the approvals that are missing, where approvals.breakGlass lets you; kept on record",
};

/** The same as the input of a command. */
export const breakGlassInput = z
  .string()
  .min(10, "--break-glass takes a reason of at least 10 letters")
  .max(500)
  .optional();
