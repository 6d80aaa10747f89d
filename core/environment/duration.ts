const seconds = { h: 3600, m: 60, s: 1 } as const;

/** Seconds of a duration such as "90s", "5m" or "1h30m"; units are h, m and s. */
export function durationSeconds(duration: string): number {
  return [...duration.matchAll(/([0-9]+)([hms])/g)].reduce((sum, [, amount, unit]) => {
    const factor = unit === "h" || unit === "m" || unit === "s" ? seconds[unit] : 0;
    return sum + Number(amount) * factor;
  }, 0);
}
