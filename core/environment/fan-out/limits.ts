/** What all application sets of an environment may make together. */
export const fanOutLimits = {
  applications: 5_000,
  /** Values and characters, counted as they are made: a short document must not ask for gigabytes. */
  size: 16 * 1024 ** 2,
} as const;

/** Thrown, and caught by the expansion, where a limit is reached: a sentence. */
export class LimitReached extends Error {}

/** Counts what is made. */
export class Budget {
  #left: number = fanOutLimits.size;

  /** @throws LimitReached */
  spend(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw new LimitReached("The applications that sets make are too large together.");
  }
}
