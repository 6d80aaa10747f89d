import { DriftlessError } from "../core/errors/error.ts";
import { namespaceOf, type JsonObject, type KubernetesObject } from "../core/manifest/manifest.ts";
import { ApiError } from "./api-error.ts";
import type { ApiServer, Selection } from "./api-server.ts";
import { Backoff } from "./backoff.ts";
import { isKubernetesObject } from "./json.ts";
import { versionOf } from "./resource-version.ts";

/** What is known of an object. */
export interface Sight {
  /** Undefined: it is not there, or, with a `problem`, nothing is known. */
  readonly object?: KubernetesObject | undefined;
  /** When the state that this comes from was asked for, as `performance.now()`; it may be older than what is live. */
  readonly asked: number;
  /** Why nothing is known, in one sentence. */
  readonly problem?: string;
}

/** Hears of one object: at once if something is known, and whenever it changes. */
export type Observer = (sight: Sight) => void;

/** A kind to follow. */
export interface WatchedKind extends Selection {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A watch that ends sooner than this without a word is taken for a failed one. */
const shortMs = 1_000;
/** Attempts to go on after which what was known is not told any more. */
const attempts = 5;

/**
 * Follows the objects of one kind with a LIST and then a WATCH that goes on where the last one ended, through cut
 * connections and restarts of the API server. Any number of observers share it; an event costs only those of its object.
 */
export class KindWatch {
  readonly #server: ApiServer;
  readonly #kind: WatchedKind;
  readonly #onDenied: () => boolean;
  readonly #abort = new AbortController();
  readonly #backoff = new Backoff(this.#abort.signal);
  readonly #observers = new Map<string, Set<Observer>>();
  #objects = new Map<string, KubernetesObject>();
  #asked: number | undefined;
  #problem: string | undefined;

  /** `onDenied` hears that the cluster does not allow this watch, and says whether somebody else takes over. */
  constructor(server: ApiServer, kind: WatchedKind, onDenied: () => boolean) {
    this.#server = server;
    this.#kind = kind;
    this.#onDenied = onDenied;
    void this.#run();
  }

  /** Observes an object by its key until the returned function is called. */
  observe(key: string, observer: Observer): () => void {
    const observers = this.#observers.get(key) ?? new Set();
    this.#observers.set(key, observers.add(observer));
    if (this.#asked !== undefined || this.#problem !== undefined) observer(this.#sightOf(key));
    return () => {
      observers.delete(observer);
      if (observers.size === 0 && this.#observers.get(key) === observers) this.#observers.delete(key);
    };
  }

  /** Ends the watch; nobody hears of anything any more. */
  close(): void {
    this.#observers.clear();
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { apiVersion, kind } = this.#kind;
    while (!this.#abort.signal.aborted) {
      try {
        const asked = performance.now();
        const snapshot = await this.#server.snapshot(apiVersion, kind, this.#kind);
        if (snapshot === undefined) throw new ApiError(404, `it does not serve ${kind} (${apiVersion})`);
        this.#backoff.reset();
        this.#replace(snapshot.objects, asked);
        await this.#follow(snapshot.resourceVersion);
      } catch (error) {
        await this.#fail(error);
      }
    }
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
          heard = true;
          failures = 0;
          resourceVersion = versionOf(object) || resourceVersion;
          if (type !== "BOOKMARK") this.#take(object, type === "DELETED");
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

  #take(item: JsonObject, gone: boolean): void {
    const object = slim(item);
    if (object === undefined) return;
    const key = objectKey(namespaceOf(object), object.metadata.name);
    if (gone) this.#objects.delete(key);
    else this.#objects.set(key, object);
    this.#tell(key);
  }

  #replace(items: readonly JsonObject[], asked: number): void {
    const objects = items.map(slim).filter((object) => object !== undefined);
    this.#objects = new Map(objects.map((object) => [objectKey(namespaceOf(object), object.metadata.name), object]));
    this.#asked = asked;
    this.#problem = undefined;
    for (const key of this.#observers.keys()) this.#tell(key);
  }

  async #fail(error: unknown): Promise<void> {
    if (this.#abort.signal.aborted) return;
    if (error instanceof ApiError && error.status === 403 && this.#onDenied()) return this.close();
    this.#problem =
      error instanceof DriftlessError
        ? error.findings[0].message
        : `The cluster cannot be asked: ${error instanceof Error ? error.message : "unknown error"}.`;
    for (const key of this.#observers.keys()) this.#tell(key);
    await this.#backoff.pause();
  }

  #tell(key: string): void {
    const sight = this.#sightOf(key);
    for (const observer of [...(this.#observers.get(key) ?? [])]) observer(sight);
  }

  #sightOf(key: string): Sight {
    const asked = this.#asked ?? 0;
    if (this.#problem !== undefined) return { asked, problem: this.#problem };
    return { asked, object: this.#objects.get(key) };
  }
}

/** What tells objects of one kind and cluster apart. */
export function objectKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

/** Who set which field is half of an object, and nobody asks for it here. */
function slim(item: JsonObject): KubernetesObject | undefined {
  if (!isKubernetesObject(item)) return undefined;
  const { managedFields, ...metadata } = item.metadata;
  return managedFields === undefined ? item : { ...item, metadata: { ...metadata, name: item.metadata.name } };
}
