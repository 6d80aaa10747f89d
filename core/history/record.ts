import type { Actor, EarlierNote, NotedChanges, UpdateKind, UpdateNote } from "./note.ts";
import { parseMessage } from "./note.ts";

/** How a run ended. `running`: it has not, as far as the history knows. */
export type UpdateOutcome = "succeeded" | "failed" | "interrupted" | "running";

/** One entry of the engine's history. */
export interface HistoryEntry {
  /** `update`, `destroy`, `refresh` and so on. */
  readonly kind: string;
  readonly result: "succeeded" | "failed" | "in-progress" | "not-started";
  /** ISO 8601, to the second. */
  readonly startTime: string;
  readonly endTime?: string | undefined;
  readonly message: string;
  /** What the engine notes of where it ran, such as `git.author`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resources by what became of them. */
  readonly changes: Readonly<Record<string, number>>;
}

/** Why a run failed. */
export interface FailureReason {
  readonly code: string;
  readonly message: string;
}

/** One update of an environment, whatever it was for and however it ended. */
export interface UpdateRecord {
  /** Counts from 1, oldest first, and never changes; absent for a run that the engine's history does not know. */
  readonly number?: number | undefined;
  /** `pulumi <kind>` for a run of plain Pulumi. */
  readonly kind: UpdateKind | `pulumi ${string}`;
  /** ISO 8601; absent for a run that was interrupted before anybody wrote it down. */
  readonly start?: string | undefined;
  /** Absent where nobody was there to see it end. */
  readonly end?: string | undefined;
  /** From start to end. */
  readonly seconds?: number | undefined;
  readonly outcome: UpdateOutcome;
  /** True if it succeeded and waited until everything was healthy. */
  readonly healthy: boolean;
  readonly by?: Actor | undefined;
  /** The commit before it and after it: full ids. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Digest of the plan. */
  readonly digest?: string | undefined;
  /** What was to change; of a run that failed, perhaps not all of it did. */
  readonly changes?: NotedChanges | undefined;
  readonly policy?: UpdateNote["policy"];
  readonly images?: UpdateNote["images"];
  readonly approvals: readonly string[];
  readonly control?: string | undefined;
  readonly reason?: string | undefined;
  readonly exception?: string | undefined;
  /** Why it failed; empty if it did not, or if nobody could write it down. */
  readonly failures: readonly FailureReason[];
}

/**
 * The updates of an environment, newest first: the engine's history, with what later runs and the state say of them.
 * @param entries newest first
 * @param noted what the state says of runs since the newest entry
 */
export function toRecords(entries: readonly HistoryEntry[], noted: readonly EarlierNote[]): readonly UpdateRecord[] {
  const oldestFirst = [...entries].reverse().map((entry) => ({ entry, note: parseMessage(entry.message) }));
  const later = [...oldestFirst.flatMap(({ note }) => note?.earlier ?? []), ...noted];
  const ends = Map.groupBy(
    later.filter(({ about }) => about === "ended"),
    ({ run }) => run,
  );
  const known = new Set(oldestFirst.map(({ note }) => note?.run));
  const apart = (notes: readonly EarlierNote[]): readonly UpdateRecord[] =>
    // A run that was noted as begun and that the history knows has ended after all.
    notes.filter(({ run, about }) => !known.has(run) && !(about === "interrupted" && ends.has(run))).map(ofEarlier);
  const records = oldestFirst.flatMap(({ entry, note }, at): readonly UpdateRecord[] => {
    const failures = (ends.get(note?.run ?? "") ?? []).flatMap(({ reasons }) => reasons);
    return [...apart(note?.earlier ?? []), toRecord(entry, note, { number: at + 1, failures })];
  });
  return [...records, ...apart(noted)].reverse();
}

/** The newest update that succeeded and left everything healthy; destroying is none. Undefined if there is none. */
export function lastHealthy(records: readonly UpdateRecord[]): UpdateRecord | undefined {
  return records.find(isGood);
}

/**
 * The update to go back to: the newest good one of another commit than the present one.
 * @param present the commit that the environment is at, or was last brought to
 */
export function lastGoodBefore(
  records: readonly UpdateRecord[],
  present: string | undefined,
): UpdateRecord | undefined {
  return records.find((each) => isGood(each) && each.to !== present);
}

/** True if an update changed an object of an application, or may have: not all of a large one are listed. */
export function concerns({ changes, images }: UpdateRecord, application: string): boolean {
  const owner = `application/${application}`;
  if (changes?.objects.some(([, each]) => each === owner) === true) return true;
  return changes?.more !== undefined && images?.[application] !== undefined;
}

function isGood({ healthy, kind, to }: UpdateRecord): boolean {
  return healthy && to !== undefined && kind !== "destroy";
}

function toRecord(
  entry: HistoryEntry,
  note: UpdateNote | undefined,
  rest: Pick<UpdateRecord, "number" | "failures">,
): UpdateRecord {
  const { startTime: start, endTime: end, result } = entry;
  // What was applied and did not become healthy, or left something behind, is a success to the engine alone.
  const isFailed = result === "failed" || rest.failures.length > 0;
  const outcome: UpdateOutcome = isFailed ? "failed" : result === "succeeded" ? result : "running";
  const seconds = end === undefined ? undefined : (Date.parse(end) - Date.parse(start)) / 1000;
  const base = { ...rest, start, end, seconds, outcome };
  if (note === undefined) {
    const name = entry.environment["git.author"];
    const by = name === undefined || name === "" ? undefined : { name };
    const kind = `pulumi ${entry.kind}` as const;
    return { ...base, kind, by, healthy: false, approvals: [], changes: { counts: entry.changes, objects: [] } };
  }
  const { kind, by, from, to, digest, changes, policy, images, approvals = [], control, reason, exception } = note;
  const healthy = outcome === "succeeded" && note.waited && kind !== "destroy";
  const what = { kind, by, from, to, digest, changes, policy, images, approvals, control, reason, exception };
  return { ...base, ...what, healthy };
}

function ofEarlier({ about, at, kind = "up", by, revision, reasons, changes }: EarlierNote): UpdateRecord {
  const outcome = about === "interrupted" ? "interrupted" : reasons.length > 0 ? "failed" : "succeeded";
  return { kind, start: at, outcome, healthy: false, by, to: revision, changes, approvals: [], failures: reasons };
}
