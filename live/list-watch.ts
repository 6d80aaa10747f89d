import { DriftlessError } from "../core/errors/error.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { ApiError } from "./api-error.ts";
import type { ApiServer, Selection } from "./api-server.ts";
import { Backoff } from "./backoff.ts";
import { versionOf } from "./resource-version.ts";

/** A kind to follow. */
export interface WatchedKind extends Selection {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Hears what a list-watch sees; nothing any more once that is closed. */
export interface ListWatchListener {
  /** Some objects of a list; `first`: of a new one. What a list does not show until its end is not there any more. */
  onPage(objects: readonly JsonObject[], first: boolean): void;
  /** The list is complete. `asked`: when it was begun, as `performance.now()`. */
  onListed(asked: number): void;
  onChange(object: JsonObject, gone: boolean): void;
  /** Nothing is known until the next list. False: do not try again. */
  onProblem(error: unknown): boolean;
}

/** A watch that ends sooner than this without a word is taken for a failed one. */
const shortMs = 1_000;
/** Attempts to go on after which what was known is not told any more. */
const attempts = 5;

/**
 * Follows the objects of one kind with a LIST and then a WATCH that goes on where the last one ended, through cut
 * connections and restarts of the API server; with a new LIST where the server has forgotten that place. Keeps no object.
 */
export class ListWatch {
  readonly #server: ApiServer;
  readonly #kind: WatchedKind;
  readonly #listener: ListWatchListener;
  readonly #abort = new AbortController();
  readonly #backoff = new Backoff(this.#abort.signal);

  constructor(server: ApiServer, kind: WatchedKind, listener: ListWatchListener) {
    this.#server = server;
    this.#kind = kind;
    this.#listener = listener;
    void this.#run();
  }

  /** Ends it. */
  close(): void {
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const version = await this.#list();
        if (version === undefined) return;
        this.#backoff.reset();
        await this.#follow(version);
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#listener.onProblem(error)) return this.close();
        await this.#backoff.pause();
      }
    }
  }

  /** The version that the list is of; undefined once it is closed. */
  async #list(): Promise<string | undefined> {
    const { apiVersion, kind } = this.#kind;
    const asked = performance.now();
    let version: string | undefined;
    for await (const page of this.#server.pages(apiVersion, kind, this.#kind)) {
      if (this.#abort.signal.aborted) return undefined;
      this.#listener.onPage(page.objects, version === undefined);
      version = page.resourceVersion;
    }
    if (version === undefined) throw new ApiError(404, `it does not serve ${kind} (${apiVersion})`);
    this.#listener.onListed(asked);
    return version;
  }

  /** Passes events on until the version that it has come to is too old; throws what else a new LIST has to mend. */
  async #follow(version: string): Promise<void> {
    const { apiVersion, kind } = this.#kind;
    const { signal } = this.#abort;
    let failures = 0;
    for (let resourceVersion = version; !signal.aborted;) {
      const start = performance.now();
      let heard = false;
      try {
        const events = this.#server.watch(apiVersion, kind, { ...this.#kind, resourceVersion, signal });
        for await (const { type, object } of events) {
          if (signal.aborted) return;
          heard = true;
          failures = 0;
          resourceVersion = versionOf(object) || resourceVersion;
          if (type !== "BOOKMARK") this.#listener.onChange(object, type === "DELETED");
        }
      } catch (error) {
        if (error instanceof ApiError && error.status === 410) return;
        // Only the connection was lost: what was heard until then still holds, for a while.
        if (!(error instanceof DriftlessError) || ++failures > attempts) throw error;
      }
      if (heard || performance.now() - start > shortMs) this.#backoff.reset();
      if (!heard) await this.#backoff.pause();
    }
  }
}
