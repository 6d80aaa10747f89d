import { setTimeout as sleep } from "node:timers/promises";

const firstMs = 100;
const mostMs = 5_000;

/** Pauses between attempts that grow from 0.1 s to 5 s, each a little by chance, so that clients do not come together. */
export class Backoff {
  readonly #signal: AbortSignal;
  #nextMs = firstMs;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Begins anew after a success. */
  reset(): void {
    this.#nextMs = firstMs;
  }

  /** Waits; ends early, without an error, when the signal is aborted. */
  async pause(): Promise<void> {
    const milliseconds = this.#nextMs * (1 + Math.random() / 2);
    this.#nextMs = Math.min(this.#nextMs * 2, mostMs);
    await sleep(milliseconds, undefined, { signal: this.#signal }).catch((error: unknown) => {
      if (!this.#signal.aborted) throw error;
    });
  }
}
