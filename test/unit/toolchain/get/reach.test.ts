import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { afterEach, describe, it } from "mocha";
import { canReach } from "../../../../toolchain/get/reach.ts";

describe("asking whether a download site is there", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A server on a free port that does this with every connection. */
  function listen(answer: string | undefined): Promise<string> {
    return new Promise((resolve) => {
      server = createServer((socket) => {
        socket.on("error", () => undefined);
        if (answer !== undefined) socket.end(answer);
      });
      server.listen(0, "127.0.0.1", () => {
        const address = server?.address();
        assert.ok(typeof address === "object" && address !== null);
        resolve(`http://127.0.0.1:${address.port}/`);
      });
    });
  }

  it("says yes to any answer", async () => {
    const url = await listen("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert.equal(await canReach(url), true);
  });

  it("says no to a site that takes the connection and never answers, as soon as the time is over", async () => {
    const url = await listen(undefined);
    const started = Date.now();
    assert.equal(await canReach(url, undefined, 200), false);
    assert.ok(Date.now() - started < 2_000);
  });

  it("says no to a name that does not exist and to a closed port", async () => {
    assert.equal(await canReach("https://downloads.invalid/"), false);
    assert.equal(await canReach("http://127.0.0.1:1/"), false);
  });

  it("passes on an interruption", async () => {
    const url = await listen(undefined);
    await assert.rejects(canReach(url, AbortSignal.timeout(50)), { name: "TimeoutError" });
  });
});
