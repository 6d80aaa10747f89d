import type { AuditedCommit } from "../git/commits-between.ts";
import type { UpdateRecord } from "./record.ts";

/** One change with what Git knows of it. */
export interface AuditedUpdate extends UpdateRecord {
  readonly environment: string;
  /** Commits that it brought in, newest first; undefined where Git does not have them any more. */
  readonly commits?: readonly AuditedCommit[] | undefined;
  /** Commits of the control repository since the update before that changed the environment's documents, newest first. */
  readonly documentCommits?: readonly AuditedCommit[] | undefined;
}

/** A stretch of time: from its first moment until before its last. ISO 8601. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** How deliveries went in a period. Undefined figures: nothing happened that they could be told by. */
export interface DeliveryFigures {
  /** Updates and rollbacks that changed something or moved the commit, however they ended. */
  readonly deployments: number;
  /** Successful ones a day. */
  readonly frequencyPerDay: number;
  /** Median seconds from a commit to the end of the update that brought it in. */
  readonly leadTimeSeconds: number | undefined;
  /** Share, from 0 to 1, of updates that failed or whose commit was rolled back. */
  readonly changeFailureRate: number | undefined;
  /** Median seconds from the end of such an update to the end of the next that was healthy. */
  readonly timeToRestoreSeconds: number | undefined;
  /** Failures that nothing has restored yet. */
  readonly open: number;
}

const day = 86_400;

/**
 * The four figures of DevOps Research and Assessment for one environment; docs/guide/history.md has their definitions in words.
 * @param updates of one environment, newest first, also those outside of the period: what restored it may be later
 */
export function deliveryFigures(updates: readonly AuditedUpdate[], period: Period): DeliveryFigures {
  const all = updates.filter(isDeployment).reverse();
  const inside = all.filter((each) => isInside(each, period));
  const succeeded = inside.filter(({ outcome }) => outcome === "succeeded");
  const days = Math.max(1, (Date.parse(period.to) - Date.parse(period.from)) / 1000 / day);
  const changes = inside.filter(({ kind }) => kind === "up");
  const failures = changes.filter((each) => isFailure(each, all));
  const restored = failures.map((each) => restoreSeconds(each, all));
  const known = restored.filter((seconds) => seconds !== undefined);
  return {
    deployments: inside.length,
    frequencyPerDay: succeeded.length / days,
    leadTimeSeconds: median(succeeded.filter(({ kind }) => kind === "up").flatMap(leadTimes)),
    changeFailureRate: changes.length === 0 ? undefined : failures.length / changes.length,
    timeToRestoreSeconds: median(known),
    open: restored.length - known.length,
  };
}

/** True for an update that began in a period. */
export function isInside({ start }: Pick<UpdateRecord, "start">, { from, to }: Period): boolean {
  return start !== undefined && Date.parse(start) >= Date.parse(from) && Date.parse(start) < Date.parse(to);
}

/** The middle of numbers; of an even count the mean of both. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function isDeployment({ kind, outcome, from, to, changes }: UpdateRecord): boolean {
  if ((kind !== "up" && kind !== "rollback") || outcome === "running") return false;
  return from !== to || Object.values(changes?.counts ?? {}).some((count) => count > 0);
}

/** Failed, killed, or its commit was rolled back before another one was brought in. */
function isFailure(update: AuditedUpdate, all: readonly AuditedUpdate[]): boolean {
  if (update.outcome !== "succeeded") return true;
  const next = all.slice(all.indexOf(update) + 1).find(({ to }) => to !== update.to);
  return next?.kind === "rollback" && next.from === update.to;
}

function restoreSeconds(update: AuditedUpdate, all: readonly AuditedUpdate[]): number | undefined {
  const good = all.slice(all.indexOf(update) + 1).find(({ healthy }) => healthy);
  const [since, until] = [update.end ?? update.start, good?.end];
  return since === undefined || until === undefined ? undefined : (Date.parse(until) - Date.parse(since)) / 1000;
}

function leadTimes({ end, from, to, commits = [] }: AuditedUpdate): readonly number[] {
  if (end === undefined || from === to) return [];
  return commits.map(({ date }) => Math.max(0, (Date.parse(end) - Date.parse(date)) / 1000));
}
