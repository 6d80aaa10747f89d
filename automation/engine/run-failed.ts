import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { ForcedReplacement } from "./removals.ts";
import type { UpdateResult } from "./types.ts";

/** One thing that failed in a run, and whose it is. */
export interface RunFailure {
  /** `application/<name>`, `tenant/<name>`, `cluster/<name>` or `environment`. */
  readonly owner: string;
  readonly finding: Finding;
  /** The replacement that would mend it, where a field cannot be changed in place. */
  readonly forced?: ForcedReplacement;
}

/** A run that got to work and did not do all of it. */
export class RunFailed extends DriftlessError {
  readonly failures: readonly [RunFailure, ...RunFailure[]];
  /** What it did, or would do, nevertheless. */
  readonly result: UpdateResult;

  constructor(failures: readonly [RunFailure, ...RunFailure[]], result: UpdateResult, options?: ErrorOptions) {
    const [first, ...rest] = failures;
    // What all owners met alike is told once.
    const others = new Map(rest.map(({ finding }) => [JSON.stringify(finding), finding]));
    others.delete(JSON.stringify(first.finding));
    super([first.finding, ...others.values()], options);
    this.name = "RunFailed";
    this.failures = failures;
    this.result = result;
  }
}
