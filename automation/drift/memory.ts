import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { driftEvents } from "../../core/drift/episodes.ts";
import { decodeMemory, emptyMemory, encodeMemory, type DriftMemory } from "../../core/drift/memory.ts";
import { ignore, isSystemError } from "../../core/errors/system-error.ts";
import type { Session } from "../session.ts";
import { logDrift } from "./log.ts";

/** The last change of each file of this process that is under way. */
const turns = new Map<string, Promise<unknown>>();

/**
 * What the project remembers of an environment's drift: `.driftless/drift/<env>.json`. A file that is damaged or cannot be
 * written is said and stops nobody: only since when things have drifted is less well known.
 */
export class DriftMemoryFile {
  readonly #session: Pick<Session, "project" | "progress">;
  readonly #environment: string;
  readonly #name: string;
  #said = false;

  constructor(session: Pick<Session, "project" | "progress">, environment: string) {
    this.#session = session;
    this.#environment = environment;
    this.#name = join(".driftless", "drift", `${environment}.json`);
  }

  /** What is remembered; nothing if there is no file, or none that can be read. */
  async read(): Promise<DriftMemory> {
    return this.#decode(await this.#text());
  }

  /**
   * Changes what is remembered, and writes it in one step if it is something else then.
   * @param change Gets what is remembered now, which another process may have written since `read`.
   */
  async update(change: (memory: DriftMemory) => DriftMemory): Promise<void> {
    const path = join(this.#session.project, this.#name);
    // What a watch remembers and what it heals is written at the same time: one must not undo the other.
    const turn = (turns.get(path) ?? Promise.resolve()).then(() => this.#update(path, change));
    const ended = turn.catch(() => undefined).finally(() => turns.get(path) === ended && turns.delete(path));
    turns.set(path, ended);
    await turn;
  }

  async #update(path: string, change: (memory: DriftMemory) => DriftMemory): Promise<void> {
    const before = await this.#text();
    const known = this.#decode(before);
    const changed = change(known);
    const next = encodeMemory(changed);
    if (next === (before ?? encodeMemory(emptyMemory))) return;
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(temporary, next, { mode: 0o600 });
      await rename(temporary, path);
      const at = changed.measured?.at === known.measured?.at ? undefined : changed.measured?.at;
      const events = driftEvents(known.onsets, changed.onsets, at ?? new Date().toISOString());
      await logDrift(this.#session.project, this.#environment, events);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      if (!isSystemError(error)) throw error;
      this.#note(`cannot be written (${error.code})`);
    }
  }

  #decode(text: string | undefined): DriftMemory {
    const memory = text === undefined ? emptyMemory : decodeMemory(text);
    if (memory === undefined) this.#note("is damaged, and is written anew");
    return memory ?? emptyMemory;
  }

  async #text(): Promise<string | undefined> {
    try {
      return await readFile(join(this.#session.project, this.#name), "utf8").catch(ignore("ENOENT"));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#note(`cannot be read (${error.code})`);
      return undefined;
    }
  }

  /** Once: a watch would say it again and again. */
  #note(what: string): void {
    if (this.#said) return;
    this.#said = true;
    this.#session.progress.note(`${this.#name} ${what}: since when things have drifted is less well known.`);
  }
}
