import { DriftlessError } from "../core/errors/error.ts";
import { errorFinding, type Finding } from "../core/errors/finding.ts";
import { kindGroup, namespaceOf, type JsonObject, type KubernetesObject } from "../core/manifest/manifest.ts";
import { claims } from "../core/plan/owned.ts";
import { managedBy } from "../core/plan/ownership.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import type { SoughtObject } from "./existing.ts";
import { isKubernetesObject } from "./json.ts";
import { objectKey } from "./kind-watch.ts";
import { ListWatch, type WatchedKind } from "./list-watch.ts";
import { notServed, refusal } from "./scan-kind.ts";

/** Hears of the objects of a kind. */
export interface FollowListener<Target extends SoughtObject> {
  /** What the cluster holds of a target; undefined: it was asked for it by name, and has none. May say the same again. */
  onObject(target: Target, live: KubernetesObject | undefined): void;
  /** An object that says that it is of the environment, and is no target. */
  onClaimed(object: KubernetesObject): void;
  /** One that was claimed is gone, or says so no more. */
  onUnclaimed(uid: string): void;
  /**
   * Nothing is known of the kind from now on, and why; undefined: it is known again.
   * @param lost True if that is so because the cluster cannot be reached.
   */
  onProblem(finding: Finding | undefined, lost: boolean): void;
  /** Whether only the namespaces of the targets can be seen, or nothing: what is no target is not looked for then. */
  onNarrow(narrow: boolean): void;
}

/** Objects that no list shows are followed one by one, up to this many of a kind; the others are asked for now and then. */
const singlesAtOnce = 32;
const othersEveryMs = 60_000;

/**
 * Follows the objects of one kind on a cluster: those that carry our label with one LIST and WATCH, in all namespaces or in
 * those of the targets; targets that it does not show by name, because somebody may have taken the label away.
 */
export class KindFollow<Target extends SoughtObject> {
  readonly #server: ApiServer;
  readonly #environment: string;
  readonly #kind: Pick<WatchedKind, "apiVersion" | "kind">;
  readonly #listener: FollowListener<Target>;
  /** By namespace; under the empty name, all of them. */
  readonly #sources = new Map<string, { readonly source: Source; readonly watch: ListWatch }>();
  readonly #singles = new Map<string, ListWatch>();
  /** Keys of targets that no list shows. */
  readonly #missing = new Set<string>();
  readonly #claimed = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #targets = new Map<string, Target>();
  #narrow = false;
  #closed = false;
  /** True where the cluster refused it for good: whoever wants to know whether it still does opens another one. */
  hasEnded = false;

  constructor(
    server: ApiServer,
    environment: string,
    kind: Pick<WatchedKind, "apiVersion" | "kind">,
    targets: readonly Target[],
    listener: FollowListener<Target>,
  ) {
    this.#server = server;
    this.#environment = environment;
    this.#kind = kind;
    this.#listener = listener;
    this.#targets = byKey(targets);
    this.#open(undefined);
    this.#timer = setInterval(() => void this.#askForOthers(), othersEveryMs).unref();
  }

  /** Follows other objects of the kind: of those that are new is told what is there. */
  retarget(targets: readonly Target[]): void {
    const before = this.#targets;
    this.#targets = byKey(targets);
    const changed = [...new Set([...before.keys(), ...this.#targets.keys()])].filter(
      (key) => before.has(key) !== this.#targets.has(key),
    );
    for (const key of changed) if (!this.#targets.has(key)) this.#found(key);
    if (this.#narrow) this.#openNamespaces();
    // A list tells of all of them, and of what has become an unknown object.
    if (changed.length > 0) this.#again();
  }

  /** Ends it. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { watch } of this.#sources.values()) watch.close();
    for (const watch of this.#singles.values()) watch.close();
  }

  #again(): void {
    for (const [namespace, { watch }] of [...this.#sources]) {
      watch.close();
      this.#open(this.#narrow ? namespace : undefined);
    }
  }

  /** Where only namespaces can be listed: one list for each. */
  #openNamespaces(): void {
    const namespaces = new Set([...this.#targets.values()].flatMap(({ namespace }) => namespace ?? []));
    for (const namespace of namespaces) if (!this.#sources.has(namespace)) this.#open(namespace);
  }

  #open(namespace: string | undefined): void {
    const labelSelector = `${managedBy.label}=${managedBy.value}`;
    const metadataOnly = this.#targets.size === 0;
    const selection = { ...this.#kind, labelSelector, metadataOnly, ...(namespace === undefined ? {} : { namespace }) };
    const source: Source = { shown: new Set(), wasListed: false };
    const watch = new ListWatch(this.#server, selection, {
      onPage: (objects, first) => {
        if (first) source.shown = new Set();
        for (const object of objects) this.#show(object, source);
      },
      onListed: () => {
        source.wasListed = true;
        this.#listed(namespace, source);
      },
      onChange: (object, gone) => (gone ? this.#hide(object, source) : this.#show(object, source)),
      onProblem: (error) => this.#fail(error, namespace, source),
    });
    this.#sources.set(namespace ?? "", { source, watch });
  }

  #show(item: JsonObject, source: Source): void {
    if (!isKubernetesObject(item)) return;
    const key = keyOf(item);
    source.shown.add(key);
    this.#found(key);
    this.#tell(key, item);
  }

  #tell(key: string, object: KubernetesObject): void {
    const target = this.#targets.get(key);
    if (target !== undefined) return this.#listener.onObject(target, object);
    const { uid } = object.metadata;
    if (typeof uid === "string" && claims(this.#environment, object)) {
      this.#claimed.set(key, uid);
      this.#listener.onClaimed(object);
    } else this.#unclaim(key);
  }

  #hide(item: JsonObject, source: Source): void {
    if (!isKubernetesObject(item)) return;
    const key = keyOf(item);
    source.shown.delete(key);
    if (this.#targets.has(key)) this.#miss(key);
    else this.#unclaim(key);
  }

  #listed(namespace: string | undefined, { shown }: Source): void {
    const here = (key: string): boolean => namespace === undefined || key.startsWith(`${namespace}/`);
    for (const key of [...this.#claimed.keys()]) if (here(key) && !shown.has(key)) this.#unclaim(key);
    for (const key of this.#targets.keys()) if (here(key) && !shown.has(key)) this.#miss(key);
    if (!this.#narrow) this.#listener.onNarrow(false);
    if ([...this.#sources.values()].every(({ source }) => source.wasListed)) this.#say(undefined);
  }

  /** A list does not show it: the label is gone, or all of it. */
  #miss(key: string): void {
    this.#missing.add(key);
    const target = this.#targets.get(key);
    if (target === undefined || this.#singles.has(key)) return;
    if (this.#singles.size >= singlesAtOnce) return void this.#ask(key, target);
    const { namespace, name } = target;
    const selection = { ...this.#kind, fieldSelector: `metadata.name=${name}` };
    let there: KubernetesObject | undefined;
    const watch = new ListWatch(
      this.#server,
      { ...selection, ...(namespace === undefined ? {} : { namespace }) },
      {
        onPage: ([object], first) => {
          if (first) there = undefined;
          if (object !== undefined && isKubernetesObject(object)) there = object;
        },
        onListed: () => this.#listener.onObject(target, there),
        onChange: (object, gone) => {
          if (!isKubernetesObject(object) || object.metadata.name !== name) return;
          this.#listener.onObject(target, gone ? undefined : object);
        },
        onProblem: (error) => {
          // Where a whole kind or cluster cannot be read, its list says so.
          if (error instanceof ApiError && error.status === 403)
            this.#say(refusal(target, this.#server.cluster, error));
          return true;
        },
      },
    );
    this.#singles.set(key, watch);
  }

  /** A list shows it, or nobody wants to know: it need not be asked for by name. */
  #found(key: string): void {
    this.#missing.delete(key);
    this.#singles.get(key)?.close();
    this.#singles.delete(key);
  }

  async #askForOthers(): Promise<void> {
    const others = [...this.#missing].filter((key) => !this.#singles.has(key));
    await Promise.all(
      others.map(async (key) => {
        const target = this.#targets.get(key);
        if (target !== undefined) await this.#ask(key, target);
      }),
    );
  }

  async #ask(key: string, target: Target): Promise<void> {
    const { apiVersion, kind, namespace, name } = target;
    try {
      const live = await this.#server.read(apiVersion, kind, namespace, name);
      // Meanwhile a list may have shown it.
      if (this.#closed || !this.#missing.has(key) || this.#targets.get(key) !== target) return;
      this.#listener.onObject(target, live !== undefined && isKubernetesObject(live) ? live : undefined);
    } catch (error) {
      // It is asked for again; where the cluster cannot be reached, its lists say so.
      if (!(error instanceof ApiError || error instanceof DriftlessError) && !this.#closed) throw error;
    }
  }

  #unclaim(key: string): void {
    const uid = this.#claimed.get(key);
    if (uid === undefined) return;
    this.#claimed.delete(key);
    this.#listener.onUnclaimed(uid);
  }

  /** Whether to try again. */
  #fail(error: unknown, namespace: string | undefined, source: Source): boolean {
    const { status = 0 } = error instanceof ApiError ? error : {};
    // The rest of a list was forgotten while it was read.
    if (status === 410) return true;
    const denied = status === 403 && !source.wasListed;
    if (denied && namespace === undefined) this.#listener.onNarrow(true);
    if (denied && namespace === undefined && [...this.#targets.values()].some((each) => each.namespace !== undefined)) {
      this.#narrow = true;
      this.#sources.delete("");
      this.#openNamespaces();
      return false;
    }
    if (this.#targets.size === 0 && error instanceof ApiError) {
      // Nobody's objects: they are looked for as far as the cluster lets us.
      this.#listener.onNarrow(true);
      this.#say(undefined);
      this.hasEnded = status < 500;
      return !this.hasEnded;
    }
    source.wasListed = false;
    this.#say(this.#findingOf(error), !(error instanceof ApiError));
    return true;
  }

  #findingOf(error: unknown): Finding {
    const { cluster } = this.#server;
    if (error instanceof DriftlessError) return error.findings[0];
    if (error instanceof ApiError) {
      return error.status === 404 ? notServed(this.#kind, cluster) : refusal(this.#kind, cluster, error);
    }
    const reason = error instanceof Error ? error.name : typeof error;
    const message = `The cluster "${cluster}" cannot be asked for ${kindGroup(this.#kind)}: ${reason}.`;
    return errorFinding("CLUSTER_UNREACHABLE", message, "Look at the cluster.");
  }

  #say(finding: Finding | undefined, lost = false): void {
    if (!this.#closed) this.#listener.onProblem(finding, lost);
  }
}

/** What a list-watch shows. */
interface Source {
  shown: Set<string>;
  wasListed: boolean;
}

function byKey<Target extends SoughtObject>(targets: readonly Target[]): Map<string, Target> {
  return new Map(targets.map((target) => [objectKey(target.namespace, target.name), target]));
}

function keyOf(object: KubernetesObject): string {
  return objectKey(namespaceOf(object), object.metadata.name);
}
