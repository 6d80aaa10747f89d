import { DriftlessError, failure } from "../../core/errors/error.ts";
import { errorCodes, type ErrorCode } from "../../core/errors/codes.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { EngineExit } from "./command.ts";
import { crashFailure } from "./crash.ts";
import type { RunEvents } from "./events.ts";
import { cleanText, oneLine, type Folders } from "./text.ts";

/** What is known about a run that failed. */
export interface FailedRun {
  readonly error: unknown;
  readonly events: RunEvents;
  readonly folders: Folders;
  readonly aborted: boolean;
}

/**
 * The error that a person sees for a run that could not do its work at all: the findings of our own program, else the
 * nearest cause. Undefined for one that got to work and failed on some of it.
 */
export function stopFailure(run: FailedRun): unknown {
  const { error, events, folders } = run;
  if (run.aborted) return interruption(error);
  if (!(error instanceof EngineExit)) return error;
  const errors = events.errors("run");
  const written = parseFindings(errors.join("\n"));
  if (isFilled(written)) return new DriftlessError(written, { cause: error });
  const crash = crashFailure(errors.join("\n"), error);
  if (crash !== undefined) return crash;
  const stderr = cleanText(error.stderr, folders);
  const known = knownFailure(`${stderr}\n${errors.join("\n")}`, error);
  if (known !== undefined) return known;
  // What every object failed on, such as a cluster that has gone, is told once.
  const [first, ...rest] = events.errors("resources");
  if (first === undefined) return undefined;
  const common = knownFailure(first, error);
  return rest.every((message) => knownFailure(message, error)?.message === common?.message) ? common : undefined;
}

/** The error for a run, whatever is known of it. */
export function runFailure(run: FailedRun): unknown {
  const { error, events, folders } = run;
  const stopped = stopFailure(run);
  if (stopped !== undefined || !(error instanceof EngineExit)) return stopped;
  const errors = events.diagnostics().filter(({ severity }) => severity === "error");
  const lines =
    errors.length > 0 ? errors.map(({ message }) => message) : [errorLines(cleanText(error.stderr, folders))];
  const text = oneLine(lines.join("\n")) || `It ended with exit code ${error.exitCode ?? "unknown"} and said nothing.`;
  return failure("ENGINE_FAILED", `The engine failed: ${text}`, "Mend what it says, and run it again.", {
    cause: error,
  });
}

/** What the engine says when it could not write the state. */
const unwritten = /(?:writing snapshot|failed to save snapshot): (?:.*: )?([^\n]+)/;

/**
 * True unless the engine was killed, which may leave a lock and operations that it did not end, or could not write the
 * state: then the clusters are not what the state says.
 */
export function endedInOrder(error: unknown): boolean {
  if (error instanceof EngineExit) return error.exitCode !== undefined && !unwritten.test(error.stderr);
  return error instanceof Error && error.cause !== undefined ? endedInOrder(error.cause) : true;
}

/** INTERRUPTED: somebody asked for it. */
export function interruption(cause: unknown): DriftlessError {
  const message = "The run was interrupted; the state says what was done until then.";
  return failure("INTERRUPTED", message, "Run it again: it goes on from there.", { cause });
}

/** Findings in a text that `formatFinding` wrote: how our own program reports. */
export function parseFindings(text: string): readonly Finding[] {
  const lines = text.split("\n");
  return lines.flatMap((line, at): readonly Finding[] => {
    const fix = /^ {2}fix: (.*)$/.exec(lines[at + 1] ?? "")?.[1];
    const parts = /^(?:(?<place>.+?): )?(?<code>[A-Z][A-Z_]+) (?<message>.+)$/.exec(line)?.groups;
    const code = parts?.["code"];
    if (fix === undefined || code === undefined || !isCode(code)) return [];
    const place = parts?.["place"];
    const message = parts?.["message"] ?? "";
    return [{ code, severity: "error", message, fix, ...(place === undefined ? {} : { place: parsePlace(place) }) }];
  });
}

function parsePlace(text: string): NonNullable<Finding["place"]> {
  const parts = /^(?<file>.+?)(?::(?<line>\d+))?(?::(?<column>\d+))?(?: \((?<field>.+)\))?$/.exec(text)?.groups;
  const { line, column, field } = parts ?? {};
  return {
    file: parts?.["file"] ?? text,
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(column === undefined ? {} : { column: Number(column) }),
    ...(field === undefined ? {} : { field }),
  };
}

/** Failures of the engine that have a name, by what it writes. */
function knownFailure(text: string, cause: EngineExit): DriftlessError | undefined {
  const found = failures.find(({ pattern }) => pattern.test(text));
  if (found === undefined) return undefined;
  const detail = found.pattern.exec(text)?.[1];
  return failure(found.code, `${found.message}${detail === undefined ? "" : ` (${detail})`}.`, found.fix, { cause });
}

interface KnownFailure {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

const failures: readonly KnownFailure[] = [
  {
    pattern: unwritten,
    code: "STATE_UNAVAILABLE",
    message: "The state could not be written, although the clusters were changed",
    fix: "Make room, or check PULUMI_BACKEND_URL and who may write there; then run it again: it compares with the clusters and goes on.",
  },
  {
    pattern:
      /the stack is currently locked(?:[^]*?created by (\S+ \(pid \d+\) at \S+))?|Another update is currently in progress/,
    code: "LOCKED",
    message: "Another run is at work on the environment",
    fix: "Wait until it has ended; if it is known to be dead, release the lock with `pulumi cancel`.",
  },
  {
    pattern: /incorrect passphrase/,
    code: "PASSPHRASE_WRONG",
    message: "The passphrase does not open the secrets in the state",
    fix: "Set PULUMI_CONFIG_PASSPHRASE to the one that the environment was created with; if it is that one, delete encryptionsalt from the environment's Pulumi.<environment>.yaml: it is restored from the state.",
  },
  {
    pattern: /passphrase must be set/,
    code: "PASSPHRASE_MISSING",
    message: "The passphrase that encrypts the secrets in the state is not set",
    fix: "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
  },
  {
    pattern:
      /snapshot integrity failure|failed to load checkpoint|could not deserialize deployment|unexpected end of JSON/,
    code: "STATE_CORRUPT",
    message: "The state of the environment cannot be read",
    fix: "Restore it from a backup: `pulumi stack import --file <backup>`.",
  },
  {
    pattern:
      /read ".*": blob \(code=|error listing stacks|could not load plugin for backend|unable to open bucket|NoSuchBucket/,
    code: "STATE_UNAVAILABLE",
    message: "The place where the state is kept cannot be reached",
    fix: "Check PULUMI_BACKEND_URL and the credentials for it.",
  },
  {
    pattern: /(?:configured Kubernetes cluster is unreachable|due to unreachable cluster)/,
    code: "CLUSTER_UNREACHABLE",
    message: "A cluster stopped answering",
    fix: "Check that it runs, then run this again.",
  },
  {
    pattern: /policy pack "([^"]+)" failed to start|policy pack .* (?:not found|could not be loaded)/,
    code: "POLICY_UNAVAILABLE",
    message: "A policy pack could not be loaded",
    fix: "Mend the pack: nothing is applied without it.",
  },
];

/** Lines that begin with `error:`, without it; else all of them. */
function errorLines(text: string): string {
  const lines = text.split("\n");
  const errors = lines.filter((line) => line.startsWith("error: ")).map((line) => line.slice("error: ".length));
  return (errors.length > 0 ? errors : lines).join("\n");
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

/** True if a list holds anything. */
export function isFilled<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
