import { failure, type DriftlessError } from "../errors/error.ts";

/** The error for a baseline that cannot be relied on. Whoever gets it must not report "no drift". */
export function damagedBaseline(why: string, cause?: unknown): DriftlessError {
  return failure(
    "BASELINE_INVALID",
    `The baseline in the state is damaged: ${why}.`,
    "Run `driftless up <env>` to take a new one; what has drifted since the last update will not be found.",
    { cause },
  );
}
