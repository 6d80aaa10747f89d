/** What could not be done is tried again after this long, and then after twice as long each time: windows open, locks go. */
const delayMs = { first: 30_000, most: 600_000 };

/** When something that failed is tried again. */
export class RetryDelay {
  /** As `performance.now()`; undefined if nothing is to be tried again. */
  #at: number | undefined;
  #delay = delayMs.first;

  /** Something failed: it is tried again, unless something is to be already. */
  again(): void {
    this.#at ??= performance.now() + this.#delay;
  }

  /** Something was done: whatever fails next is tried again soon. */
  succeeded(): void {
    this.#delay = delayMs.first;
  }

  /** True once when it is time; the next time is further away. */
  isDue(): boolean {
    if (this.#at === undefined || this.#at > performance.now()) return false;
    this.#at = undefined;
    this.#delay = Math.min(2 * this.#delay, delayMs.most);
    return true;
  }
}
