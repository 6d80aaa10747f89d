import { errorCodes, type ErrorCode, type ErrorKind } from "./codes.ts";
import { formatFinding, type Finding, type Place } from "./finding.ts";

/**
 * The only error that reaches a user: one or more findings, collected and thrown once.
 * Its message is what is printed; `cause` is for `DRIFTLESS_DEBUG` and never shown otherwise.
 */
export class DriftlessError extends Error {
  readonly findings: readonly [Finding, ...Finding[]];

  constructor(findings: readonly [Finding, ...Finding[]], options?: ErrorOptions) {
    super(findings.map(formatFinding).join("\n"), options);
    this.name = "DriftlessError";
    this.findings = findings;
  }

  /** Code of the first finding. */
  get code(): ErrorCode {
    return this.findings[0].code;
  }

  /** The strictest kind among the findings: terminal over waiting over transient. */
  get kind(): ErrorKind {
    const kinds = this.findings.map((finding) => errorCodes[finding.code]);
    return kinds.includes("terminal") ? "terminal" : kinds.includes("waiting") ? "waiting" : "transient";
  }
}

/** An error with a single finding. */
export function failure(
  code: ErrorCode,
  message: string,
  fix: string,
  detail: { readonly place?: Place | undefined; readonly cause?: unknown } = {},
): DriftlessError {
  const finding: Finding = {
    code,
    severity: "error",
    message,
    fix,
    ...(detail.place === undefined ? {} : { place: detail.place }),
  };
  return new DriftlessError([finding], detail.cause === undefined ? undefined : { cause: detail.cause });
}

/** Throws the errors among `findings`, all at once; returns the warnings if there are none. */
export function throwErrors(findings: readonly Finding[]): readonly Finding[] {
  const [first, ...rest] = findings.filter((finding) => finding.severity === "error");
  if (first !== undefined) throw new DriftlessError([first, ...rest]);
  return findings;
}
