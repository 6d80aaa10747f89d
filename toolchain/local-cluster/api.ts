import { request } from "node:https";
import type { ClusterSettings } from "./settings.ts";

const timeoutMs = 5_000;

/** What the API server said; status 0 if it did not answer. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** One request to the API server of a local cluster, as its administrator. Never throws: no answer is status 0. */
export function callApi(settings: ClusterSettings, authority: string, path: string, body?: object): Promise<ApiAnswer> {
  return new Promise((resolve) => {
    const silent = (): void => resolve({ status: 0, body: "" });
    const call = request(
      {
        host: "127.0.0.1",
        port: settings.port,
        path,
        method: body === undefined ? "GET" : "POST",
        ca: authority,
        timeout: timeoutMs,
        agent: false,
        headers: { authorization: `Bearer ${settings.token}`, "content-type": "application/json" },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", silent);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    call.on("timeout", () => call.destroy());
    call.on("error", silent);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
