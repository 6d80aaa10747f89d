import { resolve } from "node:path";
import { CommanderError } from "commander";
import type { Report } from "./command.ts";
import { exitCodes } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { failure } from "../core/errors/error.ts";
import { formatDocument, formatLine } from "./output/json.ts";
import { formatJunit } from "./output/junit.ts";
import { paint, type Line } from "./output/line.ts";
import { commentMarker } from "./output/markdown-document.ts";
import { createProgress } from "./output/progress.ts";
import { formatSarif } from "./output/sarif.ts";
import { createProgram, type Invocation } from "./program.ts";
import { findProject } from "./project.ts";
import { reportError, type ErrorForm } from "./report-error.ts";
import type { OutputForm, Session } from "./session.ts";
import { isHelp, usageError } from "./usage-error.ts";
import { version } from "./version.ts";

const forms = ["json", "markdown", "sarif", "junit"] as const;

/**
 * Runs one command line, without the name of the program in front, and returns its exit code.
 * Never throws: every error is printed through `io`.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let invocation: Invocation | undefined;
  try {
    invocation = parse(argv, io);
    return invocation === undefined ? exitCodes.success : await execute(invocation, io);
  } catch (error) {
    const project = invocation?.global.project;
    const colours = wantsColours(io) && !argv.includes("--no-color");
    return reportError(error, io, {
      // Read from argv, because the error may be that argv cannot be parsed.
      json: argv.includes("--json"),
      debug: argv.includes("--debug"),
      colours: io.progressInPlace && colours,
      resultColours: io.isTerminal && colours,
      ...(invocation === undefined ? {} : failureForm(invocation)),
      project: project === undefined ? undefined : resolve(io.cwd, project),
    });
  }
}

function parse(argv: readonly string[], io: Io): Invocation | undefined {
  const found: Invocation[] = [];
  const output = { write: (text: string) => io.stdout(text), columns: io.columns ?? 100 };
  try {
    createProgram(version, output, (invocation) => found.push(invocation)).parse(argv, { from: "user" });
  } catch (error) {
    if (isHelp(error)) return undefined;
    if (error instanceof CommanderError) throw usageError(error);
    throw error;
  }
  return found[0];
}

async function execute({ name, command, input, global }: Invocation, io: Io): Promise<number> {
  const form = formOf({ input, global });
  const how = { colours: io.isTerminal && global.color !== false && wantsColours(io) };
  const progress = createProgress(io, global.quiet === true);
  const show = (lines: readonly Line[]): void => {
    progress.end();
    if (form === "text") io.stdout(paint(lines, how));
  };
  const project =
    command.needsProject === false ? resolve(io.cwd, global.project ?? ".") : findProject(io.cwd, global.project);
  const session: Session = { io, project, form, progress, show };
  try {
    const report = await command.run(input, session);
    progress.end();
    io.stdout(format(report, form, commentMarker(name, input), (lines) => paint(lines, how)));
    return report.exitCode ?? exitCodes.success;
  } finally {
    progress.end();
  }
}

function format(report: Report, form: OutputForm, marker: string, text: (lines: readonly Line[]) => string): string {
  if (form === "json") return report.inOneLine === true ? formatLine(report.document) : formatDocument(report.document);
  if (form === "markdown" && report.markdown !== undefined) return report.markdown(marker);
  if (form === "sarif" && report.analyses !== undefined) return formatSarif(report.analyses);
  if (form === "junit" && report.analyses !== undefined) return formatJunit(report.analyses);
  return report.raw ?? text(report.lines);
}

/** The form that was asked for; each is an option of its own. */
function formOf({ input, global }: Pick<Invocation, "input" | "global">): OutputForm {
  const asked = { json: global.json, markdown: input["markdown"], sarif: input["sarif"], junit: input["junit"] };
  const [form = "text", other] = forms.filter((each) => asked[each] === true);
  if (other === undefined) return form;
  throw failure("USAGE", `--${form} and --${other} cannot both be printed.`, "Name one of them.");
}

/** How a command that failed says so, where the form of its result is not one for people. */
function failureForm({ name, input }: Invocation): Pick<ErrorForm, "marker" | "log"> {
  const log = (["sarif", "junit"] as const).find((each) => input[each] === true);
  return {
    marker: input["markdown"] === true ? commentMarker(name, input) : undefined,
    log: log === undefined ? undefined : { form: log, command: commentMarker(name, input) },
  };
}

function wantsColours(io: Io): boolean {
  return (io.env["NO_COLOR"] ?? "") === "" && io.env["TERM"] !== "dumb";
}
