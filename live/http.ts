import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";

/** One request to an API server. */
export interface HttpCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  /** What kind of answer is wanted. */
  readonly accept: string;
  /** A body and what it is written in. */
  readonly body?: { readonly type: string; readonly text: string };
  readonly signal: AbortSignal;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends a request and reads the answer to its end. */
export async function fetchText(call: HttpCall, options: RequestOptions): Promise<HttpAnswer> {
  const response = await openResponse(call, options);
  return { status: response.statusCode ?? 0, text: await readAll(response) };
}

/** Sends a request; the answer is read by the caller, until the signal cuts it off. */
export async function openResponse(call: HttpCall, options: RequestOptions): Promise<IncomingMessage> {
  try {
    return await send(call, options);
  } catch (error) {
    // A connection that was kept for reuse may have been closed by the server in the same moment.
    if (call.method === "GET" && error instanceof StaleConnection) return send(call, { ...options, agent: false });
    throw error instanceof StaleConnection ? error.cause : error;
  }
}

class StaleConnection extends Error {}

function send({ method, url, accept, body, signal }: HttpCall, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === "http:" ? httpRequest : httpsRequest;
    const payload = body === undefined ? undefined : Buffer.from(body.text, "utf8");
    // Node frames the body of a DELETE only where its length is told.
    const framing =
      body === undefined ? {} : { "content-type": body.type, "content-length": String(payload?.byteLength ?? 0) };
    const headers = { ...options.headers, accept, ...framing };
    const call = start(url, { ...options, method, headers, signal }, resolve);
    call.on("error", (cause) => {
      const stale = call.reusedSocket && !signal.aborted;
      reject(stale ? new StaleConnection("the connection was closed", { cause }) : cause);
    });
    call.end(payload);
  });
}

/** The rest of an answer as text. */
export async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
