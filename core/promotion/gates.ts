import { durationSeconds } from "../environment/duration.ts";
import type { EnvironmentSpec } from "../environment/spec.ts";
import { failure } from "../errors/error.ts";
import { nearest } from "../errors/nearest.ts";
import { quote } from "../errors/quote.ts";
import type { UpdateRecord } from "../history/record.ts";

/**
 * Refuses what skips a stage.
 * @throws PROMOTION_REFUSED.
 */
export function checkStage(target: Pick<EnvironmentSpec, "name" | "promotion">, from: string): void {
  const { name, promotion } = target;
  if (promotion === undefined) {
    throw failure(
      "PROMOTION_REFUSED",
      `Nothing says what is promoted to ${quote(name)}.`,
      `Write \`promotion: { from: ${from} }\` in environments/${name}.yaml if that comes before it.`,
    );
  }
  if (from === name) {
    const message = `${quote(name)} cannot be promoted to itself.`;
    throw failure("PROMOTION_REFUSED", message, "Name the environment that comes before it with --from.");
  }
  if (promotion.from === from) return;
  throw failure(
    "PROMOTION_REFUSED",
    `${quote(name)} takes changes from ${quote(promotion.from)} only; ${quote(from)} would skip a stage.`,
    `Promote from ${quote(from)} to what comes after it first, and then --from ${promotion.from} --to ${name}.`,
  );
}

/**
 * The applications that are promoted: those that are named, or all.
 * @throws USAGE for names that the environment does not have; PROMOTION_REFUSED for some that only go together.
 */
export function selectApplications(
  { name, promotion }: Pick<EnvironmentSpec, "name" | "promotion">,
  known: readonly string[],
  named: readonly string[],
): ReadonlySet<string> {
  const gone = promotion?.together.flat().find((each) => !known.includes(each));
  if (gone !== undefined) {
    const message = `\`promotion.together\` of ${quote(name)} names ${quote(gone)}, which is none of its applications.`;
    throw failure("PROMOTION_REFUSED", message, "Mend it there: what goes together must not be guessed.");
  }
  if (named.length === 0) return new Set(known);
  for (const each of named) {
    if (known.includes(each)) continue;
    const close = nearest(each, known);
    throw failure(
      "USAGE",
      `The environment ${quote(name)} has no application ${quote(each)}.`,
      close === undefined ? "Add it to its document first." : `Did you mean ${quote(close)}?`,
    );
  }
  const selected = new Set(named);
  const apart = promotion?.together.find(
    (group) => group.some((each) => selected.has(each)) && !group.every((each) => selected.has(each)),
  );
  if (apart === undefined) return selected;
  const missing = apart.filter((each) => !selected.has(each));
  throw failure(
    "PROMOTION_REFUSED",
    `${apart.join(" and ")} are only promoted together.`,
    `Name ${missing.join(" and ")} too.`,
  );
}

/** What an environment really runs: an update that succeeded, and since when it has run that and nothing else. */
export interface RunningUpdate {
  readonly record: UpdateRecord & { readonly to: string };
  /** ISO 8601: end of the update that brought it in. */
  readonly since: string;
}

/**
 * What an environment runs, by its history.
 * @param records newest first
 * @throws PROMOTION_REFUSED if its last update did not succeed, or there was none: then nobody knows what runs there.
 */
export function runningUpdate(environment: string, records: readonly UpdateRecord[]): RunningUpdate {
  const [newest] = records;
  const refused = (why: string): Error =>
    failure("PROMOTION_REFUSED", why, `Run driftless up ${environment} until it succeeds; then promote.`);
  if (newest === undefined) throw refused(`${quote(environment)} was never updated.`);
  const number = newest.number === undefined ? "" : ` (${newest.number})`;
  if (newest.kind === "destroy") throw refused(`${quote(environment)} was destroyed${number}.`);
  const { to } = newest;
  if (!newest.healthy || to === undefined) {
    const why =
      newest.outcome === "succeeded" ? "did not wait until all was healthy" : `has ${outcomes[newest.outcome]}`;
    throw refused(`The last run on ${quote(environment)}${number} ${why}.`);
  }
  let first = newest;
  for (const record of records) {
    if (record.to !== to || record.digest !== newest.digest || record.outcome !== "succeeded") break;
    if (record.healthy) first = record;
  }
  return { record: { ...newest, to }, since: first.end ?? first.start ?? "" };
}

const outcomes = { failed: "failed", interrupted: "been interrupted", running: "not ended", succeeded: "succeeded" };

/**
 * Waits, by refusing, until something has run for as long as it must.
 * @throws PROMOTION_WAITING with when that will be.
 */
export function checkSoak(
  { name, promotion }: Pick<EnvironmentSpec, "name" | "promotion">,
  from: string,
  since: string,
  now: Date,
): void {
  const soak = promotion?.soak ?? "0s";
  const seconds = durationSeconds(soak);
  if (seconds === 0) return;
  const until = new Date(Date.parse(since) + seconds * 1_000);
  if (Number.isNaN(until.getTime())) {
    const message = `Nobody knows since when ${quote(from)} has run this, and ${quote(name)} asks for ${soak}.`;
    throw failure("PROMOTION_REFUSED", message, `Run driftless up ${from} once more, and wait for ${soak}.`);
  }
  if (until <= now) return;
  const ahead = Date.parse(since) > now.getTime() ? " (by a clock that is ahead of this one)" : "";
  throw failure(
    "PROMOTION_WAITING",
    `${quote(from)} has run this since ${since}${ahead}, and ${quote(name)} asks for ${soak}.`,
    `Promote it after ${until.toISOString()}.`,
  );
}
