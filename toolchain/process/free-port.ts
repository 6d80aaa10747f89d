import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { failure } from "../../core/errors/error.ts";

/** Below those that systems give to outgoing connections: one of them could take the port before its server does. */
const ports = { from: 20_000, to: 29_999, attempts: 50 };

/** A port of 127.0.0.1 on which nobody listens. @throws CLUSTER_START_FAILED */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ports.attempts; attempt++) {
    const port = randomInt(ports.from, ports.to + 1);
    if (await isPortFree(port)) return port;
  }
  throw failure(
    "CLUSTER_START_FAILED",
    `No free port between ${ports.from} and ${ports.to} was found.`,
    "Stop local clusters that are not needed, or other programs that listen there.",
  );
}

/** True if nobody listens on this port of 127.0.0.1. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
