import { stat } from "node:fs/promises";
import { join } from "node:path";
import { baseFile, environmentFile } from "../../core/environment/file.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { resolveBackend } from "../engine/backend.ts";
import { holderState, readLocks } from "../engine/lock.ts";
import { isOwnRunOpen, unfinishedRunOf } from "../engine/read-state.ts";
import { readProjectSettings } from "../engine/settings.ts";
import { stateFile, stateFiles, type StateFiles } from "../engine/state-files.ts";
import type { Session } from "../session.ts";

/** How everything is that a watch depends on beside the clusters. */
export interface SourcesState {
  /** A run of the environment that is at work, or was killed: what changes is not to be judged. */
  readonly run: "running" | "interrupted" | undefined;
  /** Another text for another state; undefined where only the engine can say: in a backend that is no folder. */
  readonly state: string | undefined;
  /** Another text for another document. */
  readonly document: string;
}

/** Looks after the state, the runs and the document of an environment. A look costs a few calls of the file system. */
export class WatchSources {
  readonly #project: string;
  readonly #environment: string;
  readonly #files: StateFiles | undefined;

  private constructor(project: string, environment: string, files: StateFiles | undefined) {
    this.#project = project;
    this.#environment = environment;
    this.#files = files;
  }

  /** Throws CONFIG_INVALID. */
  static async open({ project, io }: Session, environment: string): Promise<WatchSources> {
    const settings = await readProjectSettings(project);
    const { folder } = resolveBackend(project, settings, io.env);
    const files = folder === undefined ? undefined : stateFiles(folder, project, settings.name, environment);
    return new WatchSources(project, environment, files);
  }

  /** How they are now. */
  async look(): Promise<SourcesState> {
    const [run, locked, state, ...documents] = await Promise.all([
      unfinishedRunOf(this.#project, this.#environment),
      this.#isLocked(),
      this.#stateVersion(),
      ...[environmentFile(this.#environment), baseFile].map((file) => versionOf(join(this.#project, file))),
    ]);
    // What heals beside the watch is of this process: it looks like one that was killed until its engine has started.
    const isOwn = run === "interrupted" && (await isOwnRunOpen(this.#project, this.#environment));
    return { run: locked || isOwn ? "running" : run, state, document: documents.join(" ") };
  }

  /** Whoever writes the state holds a lock: plain `pulumi up` too, and a run on another machine that shares the folder. */
  async #isLocked(): Promise<boolean> {
    if (this.#files === undefined) return false;
    const locks = await readLocks(this.#files.locks);
    const states = await Promise.all(locks.map((lock) => holderState(lock, undefined)));
    return states.some((state) => state !== "dead");
  }

  async #stateVersion(): Promise<string | undefined> {
    if (this.#files === undefined) return undefined;
    const file = await stateFile(this.#files);
    return file === undefined ? "none" : versionOf(file);
  }
}

async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch(ignore("ENOENT"));
  return found === undefined ? "none" : [found.mtimeMs, found.size, found.ino].join();
}
