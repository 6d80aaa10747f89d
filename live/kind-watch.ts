import { DriftlessError } from "../core/errors/error.ts";
import { namespaceOf, type JsonObject, type KubernetesObject } from "../core/manifest/manifest.ts";
import { ApiError } from "./api-error.ts";
import type { ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";
import { ListWatch, type WatchedKind } from "./list-watch.ts";

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

/**
 * Follows the objects of one kind with a LIST and then a WATCH that goes on where the last one ended, through cut
 * connections and restarts of the API server. Any number of observers share it; an event costs only those of its object.
 */
export class KindWatch {
  readonly #onDenied: () => boolean;
  readonly #observers = new Map<string, Set<Observer>>();
  readonly #source: ListWatch;
  #objects = new Map<string, KubernetesObject>();
  /** Of a list that is not complete yet. */
  #listed = new Map<string, KubernetesObject>();
  #asked: number | undefined;
  #problem: string | undefined;

  /** `onDenied` hears that the cluster does not allow this watch, and says whether somebody else takes over. */
  constructor(server: ApiServer, kind: WatchedKind, onDenied: () => boolean) {
    this.#onDenied = onDenied;
    this.#source = new ListWatch(server, kind, {
      onPage: (objects, first) => {
        if (first) this.#listed = new Map();
        for (const object of objects.map(slim).filter((each) => each !== undefined)) {
          this.#listed.set(objectKey(namespaceOf(object), object.metadata.name), object);
        }
      },
      onListed: (asked) => this.#replace(asked),
      onChange: (object, gone) => this.#take(object, gone),
      onProblem: (error) => this.#fail(error),
    });
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
    this.#source.close();
  }

  #take(item: JsonObject, gone: boolean): void {
    const object = slim(item);
    if (object === undefined) return;
    const key = objectKey(namespaceOf(object), object.metadata.name);
    if (gone) this.#objects.delete(key);
    else this.#objects.set(key, object);
    this.#tell(key);
  }

  #replace(asked: number): void {
    this.#objects = this.#listed;
    this.#listed = new Map();
    this.#asked = asked;
    this.#problem = undefined;
    for (const key of this.#observers.keys()) this.#tell(key);
  }

  #fail(error: unknown): boolean {
    if (error instanceof ApiError && error.status === 403 && this.#onDenied()) {
      this.#observers.clear();
      return false;
    }
    this.#problem =
      error instanceof DriftlessError
        ? error.findings[0].message
        : `The cluster cannot be asked: ${error instanceof Error ? error.message : "unknown error"}.`;
    for (const key of this.#observers.keys()) this.#tell(key);
    return true;
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
