import { realpath } from "node:fs/promises";
import { openPacks } from "./open.ts";
import type { PackOptions, PackPlace, Packs } from "./types.ts";

/** Packs that several environments share: each set of them is started once, and asked one question after the other. */
export class PackPool {
  readonly #opened = new Map<string, Promise<Packs>>();

  /** Like `openPacks`; to close what it returns leaves the processes to the pool. */
  readonly open = async (places: readonly PackPlace[], options: PackOptions): Promise<Packs> => {
    // The same folder may be reached by two paths: a link in another commit of the project.
    const real = await Promise.all(places.map(({ folder }) => realpath(folder).catch(() => folder)));
    const key = JSON.stringify(places.map(({ title, version }, at) => [title, version ?? "", real[at]]));
    const opened = this.#opened.get(key) ?? openPacks(places, options).then(inTurn);
    this.#opened.set(key, opened);
    return opened;
  };

  /** Ends all processes. */
  async close(): Promise<void> {
    for (const result of await Promise.allSettled(this.#opened.values())) {
      if (result.status === "fulfilled") result.value.close();
    }
  }
}

/** A process answers one question at a time. */
function inTurn(packs: Packs): Packs {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...packs,
    check: (question, settings) => {
      const answer = last.then(() => packs.check(question, settings));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}
