/** Work that is done whenever something asks for it: one at a time, and once more if something asks meanwhile. */
export class RepeatedWork {
  readonly #work: () => Promise<void>;
  readonly #signal: AbortSignal;
  #isAsked = false;
  #isWorking = false;
  #failure: { readonly error: unknown } | undefined;

  /** @param signal Nothing begins any more when it is aborted. */
  constructor(work: () => Promise<void>, signal: AbortSignal) {
    this.#work = work;
    this.#signal = signal;
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** Asks for it. */
  ask(): void {
    this.#isAsked = true;
    if (this.#isWorking || this.#signal.aborted) return;
    this.#isWorking = true;
    void this.#repeat().finally(() => (this.#isWorking = false));
  }

  /** Throws what the work has thrown. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #repeat(): Promise<void> {
    while (this.#isAsked && !this.#signal.aborted) {
      this.#isAsked = false;
      try {
        await this.#work();
      } catch (error) {
        if (!this.#signal.aborted) this.#failure = { error };
      }
    }
  }
}
