import type { ClusterSpec } from "../core/environment/spec.ts";
import type { PatchOperation } from "../core/drift/undo.ts";
import { record } from "../core/manifest/json.ts";
import { namespaceOf, type Json, type JsonObject, type KubernetesObject } from "../core/manifest/manifest.ts";
import { ApiError } from "./api-error.ts";
import { openConnection, type AccessContext, type Connection } from "./connection.ts";
import { Discovery } from "./discovery.ts";
import type { HttpAnswer } from "./http.ts";
import { parseJson } from "../core/manifest/parse-json.ts";
import { objectsOf } from "./json.ts";
import { aggregatedDiscovery, deletableKinds, type ServedKind } from "./served-kinds.ts";
import { apiError, json, Transport } from "./transport.ts";
import { connectionReason } from "./unreachable.ts";
import { watchEvents, type WatchEvent } from "./watch-stream.ts";

export { ApiError } from "./api-error.ts";
export { unreachable } from "./unreachable.ts";

/** Which objects of a kind a LIST or WATCH is about. */
export interface Selection {
  /** Default: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Only `metadata` is sent: for kinds that have no status, and for Secrets, whose values nobody needs. */
  readonly metadataOnly?: boolean;
}

/** The objects of a kind at one moment. */
export interface Snapshot {
  readonly objects: readonly JsonObject[];
  /** A watch goes on from here. */
  readonly resourceVersion: string;
}

/** How an object is written. */
export interface ApplyOptions {
  /** Takes fields over from other managers. Default: a conflict is an ApiError with status 409. */
  readonly force?: boolean;
  /** Nothing is stored. */
  readonly dryRun?: boolean;
}

/** How an object is deleted. */
export interface DeleteOptions {
  /** What happens to the objects that it owns. Default: what the kind does, mostly `background`. */
  readonly propagation?: "foreground" | "background" | "orphan" | undefined;
  /** Delete only this one, not another of the same name that came since: else an ApiError with status 409. */
  readonly uid?: string | undefined;
}

/** Who applies: the same name as the provider gives to every object. */
export const fieldManager = "driftless";

const pageSize = 500;
/** How long a watch may be silent; the API server sends a bookmark about once a minute. */
const watchSilenceMs = 150_000;
const watchSeconds = "600";
const logTimeoutMs = 5_000;

/** Talks to one cluster: plain JSON as the API server wrote it, which typed clients would cut to what they know. */
export class ApiServer {
  readonly cluster: string;
  readonly #transport: Transport;
  readonly #discovery = new Discovery((path) => this.get(path));

  constructor(
    cluster: string,
    spec: ClusterSpec | undefined,
    connection: Connection,
    signal?: AbortSignal,
    expected?: () => string | undefined,
  ) {
    this.cluster = cluster;
    this.#transport = new Transport(cluster, spec, connection, signal, expected);
  }

  /** Throws KUBECONFIG_INVALID, and CLUSTER_UNREACHABLE for a local cluster that is down; asks nothing yet. */
  static async open(
    name: string,
    spec: ClusterSpec,
    context: AccessContext & { readonly signal?: AbortSignal | undefined },
  ): Promise<ApiServer> {
    // Whom a deployer is let in by need not be let see who that is.
    const expected = context.as === undefined ? () => context.identities?.get(name) : undefined;
    return new ApiServer(name, spec, await openConnection(name, spec, context), context.signal, expected);
  }

  /** One GET; undefined for "not found". Throws CLUSTER_UNREACHABLE and ApiError. */
  async get(
    path: string,
    query: Readonly<Record<string, string>> = {},
    timeoutMs?: number,
  ): Promise<JsonObject | undefined> {
    const limit = timeoutMs === undefined ? {} : { timeoutMs };
    const answer = await this.#transport.call({ method: "GET", path, query, ...limit });
    return answer.status === 404 ? undefined : record(parseJson(answer.text));
  }

  /** One object, or only its metadata; undefined if it or its kind is not there. */
  async read(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
    metadataOnly = false,
  ): Promise<JsonObject | undefined> {
    const path = await this.#discovery.path(apiVersion, kind, namespace);
    if (path === undefined) return undefined;
    const accept = metadataOnly ? metadataObject : json;
    const answer = await this.#transport.call({
      method: "GET",
      path: `${path}/${encodeURIComponent(name)}`,
      accept,
    });
    // Metadata comes as a PartialObjectMetadata.
    return answer.status === 404 ? undefined : { ...record(parseJson(answer.text)), apiVersion, kind };
  }

  /** All kinds whose objects can be listed and deleted; undefined where the server has no aggregated discovery. */
  async kinds(): Promise<readonly ServedKind[] | undefined> {
    const roots = await Promise.all(
      ["/api", "/apis"].map((path) => this.#transport.call({ method: "GET", path, accept: aggregatedDiscovery })),
    );
    const kinds = roots.map(({ text }) => deletableKinds(record(parseJson(text))));
    return kinds.some((some) => some === undefined) ? undefined : kinds.flatMap((some) => some ?? []);
  }

  /** Whether the cluster serves a kind now. Throws CLUSTER_UNREACHABLE and ApiError. */
  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.#discovery.path(apiVersion, kind, undefined)) !== undefined;
  }

  /** The plural by which paths name a kind; undefined if it is not served. Throws CLUSTER_UNREACHABLE and ApiError. */
  async plural(apiVersion: string, kind: string): Promise<string | undefined> {
    return (await this.#discovery.path(apiVersion, kind, undefined))?.split("/").at(-1);
  }

  /** All objects of a kind that carry a label, page by page; empty if the kind is not there. */
  async list(apiVersion: string, kind: string, labelSelector: string): Promise<readonly JsonObject[]> {
    return (await this.snapshot(apiVersion, kind, { labelSelector }))?.objects ?? [];
  }

  /** All objects of a kind as they are now, page by page; undefined if the kind is not there. */
  async snapshot(apiVersion: string, kind: string, selection: Selection): Promise<Snapshot | undefined> {
    const objects: JsonObject[] = [];
    let resourceVersion: string | undefined;
    for await (const page of this.pages(apiVersion, kind, selection)) {
      objects.push(...page.objects);
      ({ resourceVersion } = page);
    }
    return resourceVersion === undefined ? undefined : { objects, resourceVersion };
  }

  /** The objects of a kind as they were at one moment, a page at a time, at least one; none if the kind is not there. */
  async *pages(apiVersion: string, kind: string, selection: Selection): AsyncGenerator<Snapshot> {
    const path = await this.#discovery.path(apiVersion, kind, selection.namespace);
    if (path === undefined) return;
    const accept = selection.metadataOnly === true ? metadataList : json;
    for (let token: Json | undefined = ""; typeof token === "string";) {
      const query = { ...queryOf(selection), limit: String(pageSize), ...(token === "" ? {} : { continue: token }) };
      const answer = await this.#transport.call({ method: "GET", path, query, accept });
      if (answer.status === 404 && token === "") return;
      if (answer.status === 404) throw apiError(answer);
      const page = record(parseJson(answer.text));
      const { continue: next, resourceVersion } = record(page["metadata"]);
      // Items of a list do not repeat what the list says, or say that they are metadata.
      const objects = objectsOf(page["items"]).map((item) => ({ ...item, apiVersion, kind }));
      yield { objects, resourceVersion: typeof resourceVersion === "string" ? resourceVersion : "" };
      token = next === "" ? undefined : next;
    }
  }

  /**
   * The changes of a kind since a version, until the server ends the watch or the signal aborts it, which throws.
   * Throws ApiError (410: the version is too old, list again) and CLUSTER_UNREACHABLE when the connection is cut.
   */
  async *watch(
    apiVersion: string,
    kind: string,
    { resourceVersion, signal, ...selection }: Selection & { resourceVersion: string; signal: AbortSignal },
  ): AsyncGenerator<WatchEvent> {
    const path = await this.#discovery.path(apiVersion, kind, selection.namespace);
    if (path === undefined) throw new ApiError(404, `${kind} (${apiVersion}) is not served`);
    const query = {
      ...queryOf(selection),
      ...{ watch: "true", allowWatchBookmarks: "true", resourceVersion, timeoutSeconds: watchSeconds },
    };
    const accept = selection.metadataOnly === true ? metadataObject : json;
    try {
      const response = await this.#transport.open({ path, query, accept }, signal);
      response.setTimeout(watchSilenceMs, () => response.destroy(new Error("the watch is silent")));
      for await (const { type, object } of watchEvents(response))
        yield { type, object: { ...object, apiVersion, kind } };
    } catch (cause) {
      signal.throwIfAborted();
      throw this.#transport.failure(cause, connectionReason(cause));
    }
  }

  /** Server-side apply; returns the object as it is then. Throws ApiError: 409 names the other field manager. */
  async apply(object: KubernetesObject, { force = false, dryRun = false }: ApplyOptions = {}): Promise<JsonObject> {
    const answer = await this.#transport.call({
      method: "PATCH",
      path: await this.#pathOf(object),
      query: { fieldManager, ...(force ? { force: "true" } : {}), ...(dryRun ? { dryRun: "All" } : {}) },
      body: { type: "application/apply-patch+yaml", text: JSON.stringify(object) },
    });
    return written(answer);
  }

  /** Merges a patch into an object: `null` removes a field. False if it is not there. Throws ApiError. */
  async patch(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
    patch: JsonObject,
  ): Promise<boolean> {
    const path = await this.#discovery.path(apiVersion, kind, namespace);
    if (path === undefined) return false;
    const answer = await this.#transport.call({
      method: "PATCH",
      path: `${path}/${encodeURIComponent(name)}`,
      query: { fieldManager },
      body: { type: "application/merge-patch+json", text: JSON.stringify(patch) },
    });
    return answer.status !== 404;
  }

  /** Changes an object by a JSON patch, all of it or nothing. False if it is not there. Throws ApiError: 422 if a test of it fails. */
  async patchJson(
    { apiVersion, kind, metadata }: KubernetesObject,
    namespace: string | undefined,
    operations: readonly PatchOperation[],
  ): Promise<boolean> {
    const path = await this.#discovery.path(apiVersion, kind, namespace);
    if (path === undefined) return false;
    const answer = await this.#transport.call({
      method: "PATCH",
      path: `${path}/${encodeURIComponent(metadata.name)}`,
      query: { fieldManager },
      body: { type: "application/json-patch+json", text: JSON.stringify(operations) },
    });
    return answer.status !== 404;
  }

  /** Creates an object; returns it as it is then. Throws ApiError: 409 if it exists. */
  async create(object: KubernetesObject, { dryRun = false }: Pick<ApplyOptions, "dryRun"> = {}): Promise<JsonObject> {
    const path = await this.#pathOf(object);
    const answer = await this.#transport.call({
      method: "POST",
      path: path.slice(0, path.lastIndexOf("/")),
      query: { fieldManager, ...(dryRun ? { dryRun: "All" } : {}) },
      body: { type: json, text: JSON.stringify(object) },
    });
    return written(answer);
  }

  /** Asks for the deletion of an object; it may stay until its finalizers are done. False if it was not there. */
  async delete(object: KubernetesObject, { propagation, uid }: DeleteOptions = {}): Promise<boolean> {
    const path = await this.#discovery.path(object.apiVersion, object.kind, namespaceOf(object));
    if (path === undefined) return false;
    const policy = propagation === undefined ? {} : { propagationPolicy: policies[propagation] };
    const options = {
      ...{ apiVersion: "v1", kind: "DeleteOptions", ...policy },
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    const answer = await this.#transport.call({
      method: "DELETE",
      path: `${path}/${encodeURIComponent(object.metadata.name)}`,
      body: { type: json, text: JSON.stringify(options) },
    });
    return answer.status !== 404;
  }

  /** The last lines that a container wrote; undefined where there are none. `previous`: before its last restart. */
  async logs(
    namespace: string,
    pod: string,
    { container, previous, lines }: { container: string; previous: boolean; lines: number },
  ): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const query = { container, previous: String(previous), tailLines: String(lines), limitBytes: "65536" };
    const answer = await this.#transport.call({ method: "GET", path, query, accept: "*/*", timeoutMs: logTimeoutMs });
    return answer.status === 404 ? undefined : answer.text;
  }

  async #pathOf(object: KubernetesObject): Promise<string> {
    const { apiVersion, kind, metadata } = object;
    const path = await this.#discovery.path(apiVersion, kind, namespaceOf(object));
    if (path === undefined) throw new ApiError(404, `the cluster does not serve ${kind} (${apiVersion})`);
    return `${path}/${encodeURIComponent(metadata.name)}`;
  }
}

const metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const metadataObject = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const policies = { foreground: "Foreground", background: "Background", orphan: "Orphan" } as const;

function queryOf({ labelSelector, fieldSelector }: Selection): Readonly<Record<string, string>> {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

function written(answer: HttpAnswer): JsonObject {
  if (answer.status === 404) throw apiError(answer);
  return record(parseJson(answer.text));
}
