import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import { resolveKubeconfig } from "../core/cluster/kubeconfig.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { failure, type DriftlessError } from "../core/errors/error.ts";
import { record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";

/** A question that the API server answered with anything but success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

interface Kind {
  readonly plural: string;
  readonly namespaced: boolean;
}

const pageSize = 500;
const callTimeoutMs = 30_000;

/** Reads one cluster: plain JSON as the API server wrote it, which the typed clients would cut to what they know. */
export class ApiServer {
  readonly cluster: string;
  readonly #spec: ClusterSpec;
  readonly #server: URL;
  readonly #options: RequestOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #groups = new Map<string, Promise<ReadonlyMap<string, Kind>>>();

  private constructor(
    cluster: string,
    spec: ClusterSpec,
    server: string,
    options: RequestOptions,
    signal: AbortSignal | undefined,
  ) {
    this.cluster = cluster;
    this.#spec = spec;
    this.#server = new URL(server);
    this.#options = options;
    this.#signal = signal;
  }

  /** Throws KUBECONFIG_INVALID, and CLUSTER_UNREACHABLE for a local cluster that is down; asks nothing yet. */
  static async open(
    name: string,
    spec: ClusterSpec,
    context: KubeconfigContext & { readonly signal?: AbortSignal | undefined },
  ): Promise<ApiServer> {
    const { content, server } = await resolveKubeconfig(name, spec, context);
    const config = new KubeConfig();
    config.loadFromString(content);
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw unreachable(name, spec, "its credentials could not be obtained", cause);
    }
    return new ApiServer(name, spec, server, options, context.signal);
  }

  /** One GET; undefined for "not found". Throws CLUSTER_UNREACHABLE and ApiError. */
  async get(
    path: string,
    query: Readonly<Record<string, string>> = {},
    timeoutMs: number = callTimeoutMs,
  ): Promise<JsonObject | undefined> {
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const { status, text } = await this.#fetch(url, timeoutMs);
    if (status === 404) return undefined;
    if (status === 401) throw unreachable(this.cluster, this.#spec, "it refuses the credentials of the kubeconfig");
    if (status >= 300) throw new ApiError(status, messageOf(text) ?? `HTTP ${status}`);
    return record(parse(text));
  }

  /** One object, undefined if it or its kind is not there. */
  async read(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Promise<JsonObject | undefined> {
    const path = await this.#path(apiVersion, kind, namespace);
    return path === undefined ? undefined : this.get(`${path}/${encodeURIComponent(name)}`);
  }

  /** All objects of a kind that carry a label, page by page; empty if the kind is not there. */
  async list(apiVersion: string, kind: string, labelSelector: string): Promise<readonly JsonObject[]> {
    const path = await this.#path(apiVersion, kind, undefined);
    const objects: JsonObject[] = [];
    for (let token = ""; path !== undefined;) {
      const page = await this.get(path, {
        labelSelector,
        limit: String(pageSize),
        ...(token === "" ? {} : { continue: token }),
      });
      const items = page?.["items"];
      // Items of a list do not repeat what the list says.
      if (Array.isArray(items)) {
        objects.push(...(items as readonly Json[]).map((item) => ({ apiVersion, kind, ...record(item) })));
      }
      const next = record(page?.["metadata"])["continue"];
      if (typeof next !== "string" || next === "") break;
      token = next;
    }
    return objects;
  }

  async #path(apiVersion: string, kind: string, namespace: string | undefined): Promise<string | undefined> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const kinds = this.#groups.get(root) ?? this.#discover(root);
    this.#groups.set(root, kinds);
    const found = (await kinds).get(kind);
    if (found === undefined) return undefined;
    const scope = found.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${root}${scope}/${found.plural}`;
  }

  async #discover(root: string): Promise<ReadonlyMap<string, Kind>> {
    const resources = (await this.get(root))?.["resources"];
    const kinds = new Map<string, Kind>();
    for (const resource of Array.isArray(resources) ? (resources as readonly Json[]).map(record) : []) {
      const { name, kind, namespaced } = resource;
      if (typeof name !== "string" || typeof kind !== "string" || name.includes("/")) continue;
      kinds.set(kind, { plural: name, namespaced: namespaced === true });
    }
    return kinds;
  }

  async #fetch(url: URL, timeoutMs: number): Promise<{ readonly status: number; readonly text: string }> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = this.#signal === undefined ? deadline : AbortSignal.any([this.#signal, deadline]);
    try {
      return await fetchText(url, { ...this.#options, signal });
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw unreachable(this.cluster, this.#spec, deadline.aborted ? "it does not answer" : reasonOf(cause), cause);
    }
  }
}

function fetchText(url: URL, options: RequestOptions): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === "http:" ? httpRequest : httpsRequest;
    const call = start(url, { ...options, headers: { ...options.headers, accept: "application/json" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    call.on("error", reject);
    call.end();
  });
}

/** CLUSTER_UNREACHABLE for a cluster; `spec` is undefined for one that the environment no longer names. */
export function unreachable(
  cluster: string,
  spec: ClusterSpec | undefined,
  reason: string,
  cause?: unknown,
): DriftlessError {
  const fix =
    spec !== undefined && "local" in spec
      ? `Start it: driftless cluster up ${spec.local.name}`
      : "Check that it runs, the network to it, and its kubeconfig; nothing was changed.";
  return failure("CLUSTER_UNREACHABLE", `The cluster "${cluster}" cannot be reached: ${reason}.`, fix, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  ENOTFOUND: "its host name is unknown",
  EAI_AGAIN: "its host name cannot be looked up",
  ETIMEDOUT: "it does not answer",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const certificate = /CERT|SIGNED|SIGNATURE|ERR_TLS/.test(code);
  return reasons[code] ?? (certificate ? `its certificate is not trusted (${code})` : `the call failed (${code})`);
}

function messageOf(text: string): string | undefined {
  const message = record(parse(text))["message"];
  return typeof message === "string" ? message : undefined;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
