import type { z } from "zod";
import { failure } from "../core/errors/error.ts";
import type { Analysis } from "./output/analysis.ts";
import type { DocumentKind, OutputDocument } from "./output/json.ts";
import type { Line } from "./output/line.ts";
import type { Session } from "./session.ts";

/** What a command found out or did, in every form in which it can be printed. */
export interface Report {
  /** What `--json` prints. */
  readonly document: OutputDocument;
  /** True if that is the last of many documents, each in a line of its own. Default: false. */
  readonly inOneLine?: boolean;
  /** What a person reads. */
  readonly lines: readonly Line[];
  /** What `--markdown` prints, for commands that have that option. `marker` names the comment for bots. */
  readonly markdown?: (marker: string) => string;
  /** What `--sarif` and `--junit` print, for commands that have those options: one for each environment. */
  readonly analyses?: readonly Analysis[];
  /** Default: 0. */
  readonly exitCode?: number;
  /** Printed as it is instead of `lines`: text for another program, such as a shell. */
  readonly raw?: string;
}

/** An argument or option: commander's syntax, what it means, and the only values it takes if there are few. */
export interface Parameter {
  readonly syntax: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

/** A command as the registry holds it. */
export interface Command {
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** More sentences for its own help. */
  readonly description?: string;
  readonly arguments: readonly Parameter[];
  readonly options: readonly Parameter[];
  /** Lines that can be typed as they stand. */
  readonly examples: readonly string[];
  /** Kind of the document that `--json` prints. */
  readonly document: DocumentKind;
  /** False for commands that work outside a project. Default: true. */
  readonly needsProject?: boolean;
  /** Runs it. `input` holds arguments and options by their names in camel case. */
  readonly run: (input: unknown, session: Session) => Promise<Report>;
}

/** A command whose input is checked before it runs. */
export function defineCommand<Schema extends z.ZodType>(
  command: Omit<Command, "run"> & {
    readonly input: Schema;
    readonly run: (input: z.output<Schema>, session: Session) => Promise<Report>;
  },
): Command {
  const { input: schema, run, ...rest } = command;
  return { ...rest, run: (input, session) => run(check(schema, input), session) };
}

function check<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const messages = result.error.issues.map((issue) => `${issue.message}.`);
  throw failure("USAGE", messages.join(" "), "Run the command with --help to see what it takes.");
}
