import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";

/** A Git server over https on a port of its own, with a certificate of its own. */
export interface GitServer {
  /** `https://127.0.0.1:<port>`. */
  readonly address: string;
  /** File with the certificate, for GIT_SSL_CAINFO. */
  readonly certificate: string;
  /** Path and `Authorization` header of every request so far. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** Answers a request, or returns false to leave it to git. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Serves the repositories in a folder with git's own http-backend; undefined where openssl is missing. */
export async function startGitServer(folder: string, answer: Answer = () => false): Promise<GitServer | undefined> {
  const name = randomUUID();
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = await runProgram({
    file: "openssl",
    args: ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"].concat(
      ["-keyout", key, "-out", certificate],
      subject,
    ),
    env: { PATH: process.env["PATH"] },
    timeoutMs: 20_000,
    maxOutputBytes: 1 << 20,
  }).catch(() => undefined);
  if (made === undefined) return undefined;

  const requests: GitServer["requests"] = [];
  const server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, (request, response) => {
    requests.push({ path: request.url ?? "", authorization: request.headers.authorization });
    if (!answer(request, response)) backend(folder, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `https://127.0.0.1:${portOf(server)}`, certificate, requests, close: () => close(server) };
}

/** Passes a request to `git http-backend` by CGI. */
function backend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "https://127.0.0.1");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdout.on("end", () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf("\r\n\r\n");
    for (const line of output.toString("latin1", 0, end).split("\r\n")) {
      const [name = "", value = ""] = line.split(/: */, 2);
      if (name === "Status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(output.subarray(end + 4));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
