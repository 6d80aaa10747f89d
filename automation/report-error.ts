import { inspect } from "node:util";
import { DriftlessError, failure } from "../core/errors/error.ts";
import { exitCodeOf } from "./exit-code.ts";
import { FailedCommand } from "./failed-command.ts";
import type { Io } from "./io.ts";
import { findingLines, withoutFolders } from "./output/findings.ts";
import { formatDocument } from "./output/json.ts";
import { formatJunitFailure } from "./output/junit.ts";
import { paint } from "./output/line.ts";
import { formatFailure } from "./output/markdown-document.ts";
import { findingItems } from "./output/markdown.ts";
import { formatSarifFailure } from "./output/sarif.ts";

/** How an error is printed. */
export interface ErrorForm {
  readonly json: boolean;
  /** Prints causes too, with their stack traces. */
  readonly debug: boolean;
  readonly colours: boolean;
  /** Whether what goes to stdout has colours. */
  readonly resultColours: boolean;
  /** Marker of the Markdown comment, if one was asked for: the error then is that comment, besides its lines on stderr. */
  readonly marker?: string | undefined;
  /** The form for other programs that was asked for, if it is not JSON: they get the error in it. */
  readonly log?: { readonly form: "sarif" | "junit"; readonly command: string } | undefined;
  /** Absolute path of the project, if it is known. */
  readonly project?: string | undefined;
}

/** Prints an error and returns the exit code. Findings only: no stack trace, no folder of this machine. */
export function reportError(thrown: unknown, io: Io, form: ErrorForm): number {
  const error = io.signal.aborted ? interrupted(thrown) : known(thrown);
  const findings = withoutFolders(error.findings, folders(io, form.project));
  const report = error instanceof FailedCommand ? error.report : undefined;
  if (form.json) {
    io.stdout(formatDocument({ kind: "Error", findings, ...report?.document }));
  } else {
    if (report !== undefined && form.marker === undefined && form.log === undefined)
      io.stdout(paint(report.lines, { colours: form.resultColours }));
    io.stderr(paint(findingLines(findings), { colours: form.colours }));
    if (form.marker !== undefined) {
      io.stdout(report?.markdown?.(form.marker) ?? formatFailure(form.marker, findingItems(findings)));
    }
    if (form.log !== undefined) {
      const { form: log, command } = form.log;
      io.stdout(log === "sarif" ? formatSarifFailure(findings) : formatJunitFailure(command, findings));
    }
  }
  if (form.debug) io.stderr(`${inspect(error.cause ?? error, { depth: 4 })}\n`);
  return (error instanceof FailedCommand ? error.exitCode : undefined) ?? exitCodeOf(error);
}

function interrupted(cause: unknown): DriftlessError {
  if (cause instanceof DriftlessError && cause.code === "INTERRUPTED") return cause;
  return failure("INTERRUPTED", "The run was interrupted.", "Run it again; what was done so far is kept.", { cause });
}

function known(thrown: unknown): DriftlessError {
  if (thrown instanceof DriftlessError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return failure(
    "INTERNAL",
    `Driftless met an error that it did not expect (${name}); this is a defect.`,
    "Run the command again with --debug and report what it prints.",
    { cause: thrown },
  );
}

function folders(io: Io, project: string | undefined): Readonly<Record<string, string>> {
  const home = io.env["HOME"];
  return { "<cache>": io.cache, ".": project ?? io.cwd, ...(home === undefined ? {} : { "~": home }) };
}
