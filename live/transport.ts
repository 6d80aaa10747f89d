import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { DriftlessError } from "../core/errors/error.ts";
import { record } from "../core/manifest/json.ts";
import { ApiError } from "./api-error.ts";
import type { Connection } from "./connection.ts";
import { fetchText, openResponse, readAll, type HttpAnswer, type HttpCall } from "./http.ts";
import { identityPath, uidOf } from "./identity.ts";
import { parseJson } from "../core/manifest/parse-json.ts";
import { KnownCluster } from "./known-cluster.ts";
import { Turns } from "./turns.ts";
import { connectionReason, unreachable } from "./unreachable.ts";

/** One call to an API server. */
export interface ApiCall {
  readonly method: HttpCall["method"];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Media type of the answer. Default: JSON. */
  readonly accept?: string;
  readonly body?: NonNullable<HttpCall["body"]>;
  /** Default: 30 s. */
  readonly timeoutMs?: number;
}

/** Counts from when a call is sent. */
const callTimeoutMs = 30_000;
/** For who a cluster is, the smallest of all calls: whoever does not answer that is away, and nobody should wait longer. */
const identityTimeoutMs = 10_000;
/** Calls at once; more would only wait inside the server, and for some of them too long. */
const callsAtOnce = 16;
const throttleAttempts = 5;
const throttleWaitMs = 1_000;

/** Sends calls to one cluster; obtains new credentials when the old ones end, and waits where it asks for patience. */
export class Transport {
  readonly #cluster: string;
  readonly #spec: ClusterSpec | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #turns = new Turns(callsAtOnce);
  readonly #known: KnownCluster;
  #connection: Connection;

  /** @param expected Identity that the cluster must have; undefined: any. */
  constructor(
    cluster: string,
    spec: ClusterSpec | undefined,
    connection: Connection,
    signal: AbortSignal | undefined,
    expected: () => string | undefined = () => undefined,
  ) {
    this.#cluster = cluster;
    this.#spec = spec;
    this.#connection = connection;
    this.#signal = signal;
    this.#known = new KnownCluster(cluster, expected, () => this.#identity());
  }

  /**
   * The whole answer, which is a success or "not found"; of the cluster that is meant, or none.
   * Throws ApiError, CLUSTER_UNREACHABLE and CLUSTER_REPLACED.
   */
  async call(call: ApiCall): Promise<HttpAnswer> {
    const verified = this.#known.verify();
    if (call.method !== "GET") await verified;
    const sent = this.#turns.run(() => this.#send(call));
    // What another cluster answers is of no interest, not even that it refuses.
    sent.catch(() => undefined);
    await verified;
    return sent;
  }

  async #identity(): Promise<string | undefined> {
    try {
      const { text } = await this.#send({ method: "GET", path: identityPath, timeoutMs: identityTimeoutMs });
      return uidOf(record(parseJson(text)));
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return undefined;
      throw error;
    }
  }

  async #send({ method, path, query, accept = json, body, timeoutMs = callTimeoutMs }: ApiCall): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      const used = this.#connection;
      const signal = this.#deadline(timeoutMs);
      const call = { method, url: urlOf(used, path, query), accept, ...(body === undefined ? {} : { body }), signal };
      const answer = await fetchText(call, used.call).catch((cause: unknown) => {
        this.#signal?.throwIfAborted();
        throw this.failure(cause, signal.aborted ? "it does not answer" : connectionReason(cause));
      });
      if (answer.status < 300 || answer.status === 404) return answer;
      if (answer.status === 401) await this.#renew(used, attempt);
      else if (answer.status === 429 && attempt < throttleAttempts) await this.#pause(attempt * throttleWaitMs);
      else throw apiError(answer);
    }
  }

  /** An answer that goes on until the signal aborts it. Throws as the connection does, and ApiError. */
  async open(call: Pick<ApiCall, "path" | "query" | "accept">, signal: AbortSignal): Promise<IncomingMessage> {
    await this.#known.verify();
    for (let attempt = 1; ; attempt++) {
      const used = this.#connection;
      const url = urlOf(used, call.path, call.query);
      const response = await openResponse({ method: "GET", url, accept: call.accept ?? json, signal }, used.watch);
      const status = response.statusCode ?? 0;
      if (status < 300) return response;
      const text = await readAll(response);
      if (status !== 401) throw apiError({ status, text });
      await this.#renew(used, attempt);
    }
  }

  /** How an error of a connection is told: CLUSTER_UNREACHABLE; others stay as they are. */
  failure(cause: unknown, reason: string): unknown {
    if (cause instanceof ApiError || cause instanceof DriftlessError) return cause;
    this.#known.forget();
    return unreachable(this.#cluster, this.#spec, reason, cause);
  }

  /** New credentials after the server refused those of `used`. */
  async #renew(used: Connection, attempt: number): Promise<void> {
    if (attempt > 1) throw this.failure(undefined, "it refuses the credentials of the kubeconfig");
    if (this.#connection === used) this.#connection = await used.renew();
  }

  #deadline(timeoutMs: number): AbortSignal {
    const deadline = AbortSignal.timeout(timeoutMs);
    return this.#signal === undefined ? deadline : AbortSignal.any([this.#signal, deadline]);
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
  }
}

/** The media type of plain JSON. */
export const json = "application/json";

/** What the server said instead of a success. */
export function apiError({ status, text }: HttpAnswer): ApiError {
  const { message, reason } = record(parseJson(text));
  const said = typeof message === "string" ? message : `HTTP ${status}`;
  return new ApiError(status, said, typeof reason === "string" ? reason : "");
}

function urlOf({ server }: Connection, path: string, query: ApiCall["query"]): URL {
  const url = new URL(server);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
  return url;
}
