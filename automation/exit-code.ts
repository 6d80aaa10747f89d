import type { ErrorCode, ErrorKind } from "../core/errors/codes.ts";
import type { DriftlessError } from "../core/errors/error.ts";

/** What a run's exit code means; documented in docs/reference/cli.md. */
export const exitCodes = {
  success: 0,
  /** A terminal error: the input is wrong, and only a person can mend it. */
  terminal: 1,
  /** Differences were found, only with `--exit-code`; or drift. */
  differences: 2,
  /** Something outside has to become true first. */
  waiting: 3,
  /** The same run may succeed later. */
  transient: 4,
  /** The user interrupted the run. */
  interrupted: 130,
} as const satisfies Record<string, number> & Record<ErrorKind, number>;

/** The exit code of a run that ended with `error`. */
export function exitCodeOf(error: DriftlessError): number {
  const interrupted: ErrorCode = "INTERRUPTED";
  return error.code === interrupted ? exitCodes.interrupted : exitCodes[error.kind];
}
