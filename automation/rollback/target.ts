import { blockedRevision } from "../../core/blocked/judge.ts";
import type { PlacedEntry } from "../../core/blocked/list.ts";
import { failure, throwErrors } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { lastGoodBefore, type UpdateRecord } from "../../core/history/record.ts";

/** What is rolled back, and what is known. */
export interface TargetInput {
  readonly environment: string;
  /** The pin: what is bad. */
  readonly present: string;
  /** A full commit id or the number of an update; undefined for the last good one. */
  readonly to: string | undefined;
  readonly records: readonly UpdateRecord[];
  readonly blocked: readonly PlacedEntry[];
}

/**
 * The commit to go back to.
 * @throws ROLLBACK_IMPOSSIBLE, UPDATE_NOT_FOUND, REVISION_BLOCKED, USAGE
 */
export function rollbackTarget({ environment, present, to, records, blocked }: TargetInput): string {
  const revision =
    to === undefined ? lastGood(environment, present, records, blocked) : named(environment, to, records);
  if (revision === present) {
    throw failure(
      "ROLLBACK_IMPOSSIBLE",
      `${environment} is pinned to ${revision.slice(0, 7)} already.`,
      `Name another one with --to; driftless history ${environment} lists them.`,
    );
  }
  throwErrors(blockedRevision(blocked, environment, revision));
  return revision;
}

/** The newest good commit that is not kept out itself. */
function lastGood(
  environment: string,
  present: string,
  records: readonly UpdateRecord[],
  blocked: readonly PlacedEntry[],
): string {
  const free = records.filter(({ to }) => to === undefined || blockedRevision(blocked, environment, to).length === 0);
  const found = lastGoodBefore(free, present)?.to;
  if (found !== undefined) return found;
  throw failure(
    "ROLLBACK_IMPOSSIBLE",
    `The history of ${environment} has no update of another commit than ${present.slice(0, 7)} that succeeded, was waited for, and is not blocked.`,
    "Name a commit with --to, or mend what is wrong and pin that.",
  );
}

function named(environment: string, to: string, records: readonly UpdateRecord[]): string {
  if (/^[0-9a-f]{40}$/.test(to)) return to;
  if (!/^#?\d{1,9}$/.test(to)) {
    const message = `${quote(to)} is neither a full commit id nor the number of an update.`;
    throw failure("USAGE", message, `driftless history ${environment} lists both.`);
  }
  const number = Number(to.replace("#", ""));
  const record = records.find((each) => each.number === number);
  if (record?.to !== undefined) return record.to;
  const message =
    record === undefined
      ? `The environment "${environment}" has no update ${number}.`
      : `Update ${number} of "${environment}" brought in no commit that is known.`;
  throw failure("UPDATE_NOT_FOUND", message, `driftless history ${environment} lists them.`);
}
