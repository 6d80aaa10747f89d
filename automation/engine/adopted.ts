import type { Finding } from "../../core/errors/finding.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { nameOfIdentity } from "../../core/plan/identity.ts";
import { isFilled } from "./failures.ts";
import type { Outcome } from "./run.ts";
import { RunFailed, type RunFailure } from "./run-failed.ts";
import type { TerminatingObject } from "./terminating.ts";
import type { RunProgress } from "./types.ts";

/** What taking over an object changes, and who has managed it so far. */
export type Adoption = Pick<ObjectChange, "fields" | "from">;

/** What the clusters hold already of what is to be created. */
export interface Existing {
  /** Objects that are taken over, by the name of their resource. */
  readonly adopted: ReadonlyMap<string, Adoption>;
  /** Objects that are still being deleted, or whose Namespace is. */
  readonly terminating: readonly TerminatingObject[];
  /** Why some of them cannot be taken over. */
  readonly findings: readonly Finding[];
}

/** Where nothing is created. */
export const nothingExists: Existing = { adopted: new Map(), terminating: [], findings: [] };

/** What a preview or an update says, with objects that exist or existed as adopted instead of created. */
export function withAdopted<Result extends Pick<Outcome, "changes" | "counts">>(
  outcome: Result,
  existing: Existing,
): Result {
  const changes = outcome.changes.map((change): ObjectChange => {
    const adoption = adoptionOf(change, existing);
    return adoption === undefined ? change : { ...change, action: "adopt", ...adoption };
  });
  const { counts } = outcome;
  const taken = changes.filter(
    ({ action }, index) => action === "adopt" && outcome.changes[index]?.action === "create",
  );
  const moved = { adopt: counts.adopt + taken.length, create: counts.create - taken.length };
  return { ...outcome, changes, counts: { ...counts, ...moved } };
}

/** @throws {RunFailed} with why some objects cannot be taken over. */
export function requireAdoptable(outcome: Outcome, { findings }: Existing): void {
  const failures = findings.map((finding): RunFailure => ({ owner: "environment", finding }));
  if (isFilled(failures)) throw new RunFailed(failures, outcome);
}

/** The error of an update, whose result says what it adopted. */
export function failureWithAdopted(error: unknown, existing: Existing): unknown {
  if (!(error instanceof RunFailed)) return error;
  return new RunFailed(error.failures, withAdopted(error.result, existing), { cause: error.cause });
}

/** The progress of an update, which the engine itself calls a creation, of an object that is adopted. */
export function adoptedProgress(progress: RunProgress, existing: Existing): RunProgress {
  if (adoptionOf(progress.change, existing) === undefined) return progress;
  return { ...progress, change: { ...progress.change, action: "adopt" } };
}

function adoptionOf(change: Omit<ObjectChange, "fields">, { adopted }: Existing): Adoption | undefined {
  return change.action === "create" ? adopted.get(nameOfIdentity(change)) : undefined;
}
