/** Most deletions of one run: a count, or a percentage of what was there before, such as `10%`. */
export type Limit = number | string;

/** A percentage of few objects would forbid every ordinary change. */
const leastOfPercentage = 3;

/**
 * How many deletions a limit allows where `held` objects were before: a percentage is rounded up and never less than 3,
 * but for `0%`, which allows none.
 */
export function limitOf(limit: Limit, held: number): number {
  if (typeof limit === "number") return limit;
  const percent = Number.parseInt(limit, 10);
  return percent === 0 ? 0 : Math.max(leastOfPercentage, Math.ceil((held * percent) / 100));
}
