import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { request as forward } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { openConnection, type Connection } from "../../live/connection.ts";
import { fetchText } from "../../live/http.ts";
import { startGitServer } from "./git-server.ts";
import type { TestCluster } from "./local-cluster.ts";

/** Stands between a client and an API server, which itself cannot be made to forget versions at will. */
export class ApiProxy {
  /** Kubeconfig that goes through it. */
  readonly kubeconfig: string;
  /** Requests for a watch so far. */
  watches = 0;
  readonly #close: () => Promise<void>;
  /** Watches that go on, and what they are about. */
  readonly #streams = new Map<ServerResponse, string>();
  /** What no watch may go on with. */
  #expired = new Set<string>();

  private constructor(close: () => Promise<void>, kubeconfig: string) {
    this.#close = close;
    this.kubeconfig = kubeconfig;
  }

  /** Starts one in front of a cluster, with the cluster's own credentials. */
  static async start(cluster: TestCluster): Promise<ApiProxy> {
    const context = { project: cluster.folder, env: { KUBECONFIG: cluster.kubeconfig } };
    const connection = await openConnection("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
    let pass: ApiProxy["pass"] = (_request, response) => void response.destroy();
    const server = await startGitServer(cluster.folder, (request, response) => {
      pass(request, response, connection);
      return true;
    });
    if (server === undefined) throw new Error("openssl is missing");
    const config = JSON.parse(await readFile(cluster.kubeconfig, "utf8")) as {
      readonly clusters: readonly { readonly name: string }[];
    };
    const authority = (await readFile(server.certificate)).toString("base64");
    const clusters = config.clusters.map(({ name }) => ({
      name,
      cluster: { server: server.address, "certificate-authority-data": authority },
    }));
    const kubeconfig = join(cluster.folder, "proxy.json");
    await writeFile(kubeconfig, JSON.stringify({ ...config, clusters }));
    const proxy = new ApiProxy(() => server.close(), kubeconfig);
    pass = (...call) => proxy.pass(...call);
    return proxy;
  }

  /** Cuts all watches off, and lets none of them go on where it was; returns how many. */
  expire(): number {
    const streams = [...this.#streams];
    this.#expired = new Set(streams.map(([, what]) => what));
    for (const [stream] of streams) stream.destroy();
    return streams.length;
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.#close();
  }

  private pass(request: IncomingMessage, response: ServerResponse, { server, call, watch }: Connection): void {
    const url = new URL(request.url ?? "/", server);
    const isWatch = url.searchParams.get("watch") === "true";
    const what = url.pathname + (url.searchParams.get("fieldSelector") ?? "");
    if (isWatch) {
      this.watches += 1;
      if (this.#expired.delete(what)) {
        response.writeHead(410).end('{"kind":"Status","code":410,"message":"too old resource version"}');
        return;
      }
      this.#streams.set(response, what);
      response.on("close", () => this.#streams.delete(response));
    }
    const headers = { ...request.headers, host: server.host };
    const upstream = forward(url, { ...(isWatch ? watch : call), method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      // What is cut off on one side is cut off on the other.
      pipeline(answer, response, () => response.destroy());
    });
    upstream.on("error", () => response.destroy());
    response.on("close", () => upstream.destroy());
    request.pipe(upstream);
  }
}

/** Merges a patch into an object as somebody else than us: the field manager of `ApiServer` is ours. */
export async function patchAs(cluster: TestCluster, manager: string, path: string, patch: object): Promise<void> {
  const context = { project: cluster.folder, env: { KUBECONFIG: cluster.kubeconfig } };
  const { server, call } = await openConnection("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
  const url = new URL(`${path}?fieldManager=${manager}`, server);
  const text = JSON.stringify(patch);
  const body = { type: "application/merge-patch+json", text };
  const request = {
    method: "PATCH",
    url,
    accept: "application/json",
    body,
    signal: AbortSignal.timeout(30_000),
  } as const;
  const { status, text: answer } = await fetchText(request, call);
  if (status >= 300) throw new Error(answer);
}
