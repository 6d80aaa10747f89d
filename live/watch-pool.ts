import { namespaceOf, type KubernetesObject } from "../core/manifest/manifest.ts";
import { record } from "../core/manifest/json.ts";
import { managedBy } from "../core/plan/ownership.ts";
import type { ApiServer } from "./api-server.ts";
import { KindWatch, objectKey, type Observer } from "./kind-watch.ts";
import type { WatchedKind } from "./list-watch.ts";

/** An object to observe. */
export interface Observation {
  /** As it was planned: its labels say how it can be selected. */
  readonly object: KubernetesObject;
  /** Only whether it is there matters. */
  readonly metadataOnly: boolean;
}

interface Subscription {
  readonly observation: Observation;
  readonly observer: Observer;
  stop: () => void;
}

interface Shared {
  readonly watch: KindWatch;
  readonly subscriptions: Set<Subscription>;
}

/** How long a watch goes on without an observer: the next wave mostly needs it again. */
const lingerMs = 5_000;

/**
 * The watches of one cluster, one for each kind, shared by everyone who waits. They select by the label that all our
 * objects carry, in all namespaces; namespace by namespace where the identity may see no more; and by name what does
 * not carry the label.
 */
export class WatchPool {
  readonly #server: ApiServer;
  readonly #shared = new Map<string, Shared>();
  /** Kinds that may not be listed in all namespaces. */
  readonly #narrow = new Set<string>();

  constructor(server: ApiServer) {
    this.#server = server;
  }

  /** Observes an object until the returned function is called. */
  observe(observation: Observation, observer: Observer): () => void {
    const subscription: Subscription = { observation, observer, stop: () => undefined };
    this.#begin(subscription);
    return () => subscription.stop();
  }

  /** Ends all watches. */
  close(): void {
    for (const { watch } of this.#shared.values()) watch.close();
    this.#shared.clear();
  }

  #begin(subscription: Subscription): void {
    const { object } = subscription.observation;
    const kind = this.#kindOf(subscription.observation);
    const id = JSON.stringify(kind);
    const shared = this.#shared.get(id) ?? this.#open(id, kind);
    shared.subscriptions.add(subscription);
    const stop = shared.watch.observe(objectKey(namespaceOf(object), object.metadata.name), subscription.observer);
    subscription.stop = () => {
      stop();
      shared.subscriptions.delete(subscription);
      if (shared.subscriptions.size === 0) setTimeout(() => this.#drop(id, shared), lingerMs).unref();
    };
  }

  #kindOf({ object, metadataOnly }: Observation): WatchedKind {
    const { apiVersion, kind, metadata } = object;
    const namespace = namespaceOf(object);
    const labelled = record(metadata["labels"])[managedBy.label] === managedBy.value;
    if (!labelled)
      return { apiVersion, kind, namespace, metadataOnly, fieldSelector: `metadata.name=${metadata.name}` };
    const labelSelector = `${managedBy.label}=${managedBy.value}`;
    const narrow = this.#narrow.has(`${apiVersion}/${kind}`);
    return { apiVersion, kind, ...(narrow ? { namespace } : {}), metadataOnly, labelSelector };
  }

  #open(id: string, kind: WatchedKind): Shared {
    const shared: Shared = {
      watch: new KindWatch(this.#server, kind, () => this.#narrowDown(kind, shared)),
      subscriptions: new Set(),
    };
    this.#shared.set(id, shared);
    return shared;
  }

  /** Goes on namespace by namespace; false if that is what was tried, or there are none. */
  #narrowDown(kind: WatchedKind, { subscriptions }: Shared): boolean {
    const namespaced = [...subscriptions].some(({ observation }) => namespaceOf(observation.object) !== undefined);
    if (kind.namespace !== undefined || kind.labelSelector === undefined || !namespaced) return false;
    this.#narrow.add(`${kind.apiVersion}/${kind.kind}`);
    for (const subscription of [...subscriptions]) {
      subscription.stop();
      this.#begin(subscription);
    }
    return true;
  }

  #drop(id: string, shared: Shared): void {
    if (shared.subscriptions.size > 0 || this.#shared.get(id) !== shared) return;
    this.#shared.delete(id);
    shared.watch.close();
  }
}
