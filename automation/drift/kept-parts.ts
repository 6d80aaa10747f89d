import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { baseFile, environmentFile } from "../../core/environment/file.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { withFolders } from "../folder-sets.ts";
import { openPolicy } from "../policy/policy.ts";
import type { Session } from "../session.ts";
import { healParts, requireApplied, type HealParts } from "./heal-parts.ts";

/** The plan and the opinion of the packs about it are used again for this long: exceptions run out. */
const freshMs = 15 * 60_000;

interface Kept {
  readonly parts: HealParts;
  /** What the plan was made of; undefined if it is not to be used again. */
  readonly documents: string | undefined;
  /** As `performance.now()`. */
  readonly at: number;
}

/** Plan, packs and engine of an environment, kept from one healing to the next. */
export class KeptParts {
  readonly #session: Session;
  readonly #environment: string;
  #kept: Kept | undefined;

  constructor(session: Session, environment: string) {
    this.#session = session;
    this.#environment = environment;
  }

  /** What is kept; made anew if a document has changed, or after a while. Throws what `healParts` throws. */
  async get(): Promise<HealParts> {
    const documents = await this.#documents();
    const kept = this.#kept;
    if (kept?.documents === documents && performance.now() - kept.at < freshMs) {
      const leftOut = await requireApplied(kept.parts.engine, kept.parts.computed);
      return { ...kept.parts, options: { ...kept.parts.options, leftOut } };
    }
    this.close();
    const parts = await this.#make();
    this.#kept = { parts, documents, at: performance.now() };
    return parts;
  }

  /** Has them made anew the next time: something has failed with them. */
  distrust(): void {
    this.#kept = this.#kept && { ...this.#kept, documents: undefined };
  }

  /** Ends the packs. */
  close(): void {
    const kept = this.#kept;
    this.#kept = undefined;
    kept?.parts.policy.close();
  }

  async #make(): Promise<HealParts> {
    const { project, io } = this.#session;
    const loaded = await withFolders(this.#session, await loadEnvironment(project, this.#environment));
    const opening = openPolicy(loaded, { project, cache: io.cache, env: io.env, signal: io.signal });
    opening.catch(() => undefined);
    try {
      return await healParts(this.#session, this.#environment, opening);
    } catch (error) {
      await opening.then(
        (policy) => policy.close(),
        () => undefined,
      );
      throw error;
    }
  }

  async #documents(): Promise<string> {
    const files = [environmentFile(this.#environment), baseFile].map((file) =>
      readFile(join(this.#session.project, file), "utf8").catch(ignore("ENOENT")),
    );
    return JSON.stringify(await Promise.all(files));
  }
}
