import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** How it answers. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that answers as a test says, and remembers what it was asked. */
export class AnsweringServer {
  readonly seen: { readonly path: string; readonly login: string | undefined }[] = [];
  respond: Respond = (_, response) => void response.writeHead(404).end();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.seen.push({ path: request.url ?? "", login: request.headers.authorization });
      this.respond(request, response);
    });
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return this;
  }

  get host(): string {
    const address = this.#server.address();
    return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), "close");
  }
}
