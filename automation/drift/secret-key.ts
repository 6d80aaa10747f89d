import { keptBaseline } from "../../core/drift/stash.ts";
import type { MeasureInput } from "./measure.ts";

/** Asks for the key of the hashes of Secrets once, and again only when the state holds another. */
export class SecretKey {
  #held = "";
  #key: Promise<string | undefined> | undefined;
  #ask: () => Promise<string | undefined> = () => Promise.resolve(undefined);

  /** Takes over another state. */
  use({ state, secretKey }: Pick<MeasureInput, "state" | "secretKey">): void {
    const held = JSON.stringify(keptBaseline(state?.deployment)?.key ?? null);
    if (held !== this.#held) this.#key = undefined;
    [this.#held, this.#ask] = [held, secretKey];
  }

  /** The key, undefined if there is none. Throws what the engine throws; then it is asked again the next time. */
  readonly get = async (): Promise<string | undefined> => {
    try {
      return await (this.#key ??= this.#ask());
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  };
}
