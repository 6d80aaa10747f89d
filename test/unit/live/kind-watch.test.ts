import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, it } from "mocha";
import { ApiServer } from "../../../live/api-server.ts";
import { KindWatch, type Sight } from "../../../live/kind-watch.ts";

const item = (name: string, resourceVersion: string): object => ({
  metadata: { name, namespace: "a", resourceVersion },
});
const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** What no API server can be made to do at will: cut streams, forget versions, talk nonsense. */
describe("following a kind", () => {
  let server: Server;
  let watch: KindWatch | undefined;
  /** How the next LISTs and WATCHes are answered; the last answer of each stays. */
  let lists: ((response: ServerResponse) => void)[];
  let watches: ((response: ServerResponse, url: URL) => void)[];
  const asked: string[] = [];

  const answerWith = (items: readonly object[], resourceVersion: string) => (response: ServerResponse) =>
    void response.end(JSON.stringify({ metadata: { resourceVersion }, items }));
  const stream =
    (...lines: readonly string[]) =>
    (response: ServerResponse) => {
      response.writeHead(200);
      response.flushHeaders();
      for (const line of lines) response.write(line);
    };

  beforeEach(async () => {
    [lists, watches, asked.length] = [[], [], 0];
    server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname === "/api/v1") {
        response.end(JSON.stringify({ resources: [{ name: "widgets", kind: "Widget", namespaced: true }] }));
        return;
      }
      const isWatch = url.searchParams.get("watch") === "true";
      asked.push(isWatch ? `watch ${url.searchParams.get("resourceVersion") ?? ""}` : "list");
      if (isWatch) (watches.length > 1 ? watches.shift() : watches[0])?.(response, url);
      else (lists.length > 1 ? lists.shift() : lists[0])?.(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(() => {
    watch?.close();
    server.closeAllConnections();
    server.close();
  });

  /** Starts to follow; resolves with what was seen of `x` once `until` holds for it. */
  async function follow(until: (sight: Sight) => boolean): Promise<readonly Sight[]> {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const connection = { server: new URL(`http://127.0.0.1:${address.port}`), call: {}, watch: {} };
    const renew = () => Promise.reject(new Error("no other credentials"));
    const api = new ApiServer("eu", undefined, { ...connection, renew });
    watch = new KindWatch(api, { apiVersion: "v1", kind: "Widget" }, () => false);
    const seen: Sight[] = [];
    return new Promise((resolve) => {
      watch?.observe("a/x", (sight) => {
        seen.push(sight);
        if (until(sight)) resolve(seen);
      });
    });
  }

  const versionOf = ({ object }: Sight): unknown => object?.metadata["resourceVersion"];

  it("goes on from the last version when the connection is cut in the middle of an event", async () => {
    lists = [answerWith([item("x", "5")], "7")];
    watches = [
      (response) => {
        stream(event("MODIFIED", item("x", "8")), '{"type":"MODIFIED","object":{"meta')(response);
        setTimeout(() => response.destroy(), 20);
      },
      stream(event("MODIFIED", item("x", "9"))),
    ];
    const seen = await follow((sight) => versionOf(sight) === "9");
    assert.deepEqual(seen.map(versionOf), ["5", "8", "9"]);
    assert.deepEqual(asked, ["list", "watch 7", "watch 8"]);
  });

  it("goes on from a bookmark", async () => {
    lists = [answerWith([item("x", "5")], "7")];
    watches = [
      (response) => {
        stream(event("BOOKMARK", { metadata: { resourceVersion: "40" } }))(response);
        setTimeout(() => response.end(), 20);
      },
      stream(event("MODIFIED", item("x", "41"))),
    ];
    await follow((sight) => versionOf(sight) === "41");
    assert.deepEqual(asked, ["list", "watch 7", "watch 40"]);
  });

  it("lists again when the version is too old, as an event or as an answer", async () => {
    lists = [
      answerWith([item("x", "5")], "7"),
      answerWith([item("x", "50")], "60"),
      answerWith([item("x", "70")], "71"),
    ];
    watches = [
      stream(event("ERROR", { code: 410, message: "too old resource version" })),
      (response) => void response.writeHead(410).end(JSON.stringify({ code: 410, message: "Expired" })),
      stream(),
    ];
    const seen = await follow((sight) => versionOf(sight) === "70");
    assert.deepEqual(seen.map(versionOf), ["5", "50", "70"]);
    assert.deepEqual(asked.slice(0, 5), ["list", "watch 7", "list", "watch 60", "list"]);
  });

  it("says that nothing is known while an answer cannot be read, and lists again", async () => {
    lists = [answerWith([item("x", "5")], "7"), answerWith([item("x", "9")], "9")];
    watches = [stream("this is no JSON\n"), stream()];
    const seen = await follow((sight) => versionOf(sight) === "9");
    assert.match(seen[1]?.problem ?? "", /an event of the watch cannot be read/);
  });

  it("sees what went while nobody looked", async () => {
    lists = [answerWith([item("x", "5")], "7"), answerWith([], "20")];
    watches = [stream(event("ERROR", { code: 410 })), stream()];
    const seen = await follow((sight) => sight.object === undefined);
    assert.equal(seen.length, 2);
  });

  it("tells why it may not look, if nobody else can", async () => {
    lists = [(response) => void response.writeHead(403).end(JSON.stringify({ message: "widgets is forbidden" }))];
    const [sight] = await follow(({ problem }) => problem !== undefined);
    assert.match(sight?.problem ?? "", /widgets is forbidden/);
  });

  it("keeps no list of who set which field", async () => {
    const managed = { metadata: { name: "x", namespace: "a", resourceVersion: "5", managedFields: [{}] } };
    lists = [answerWith([managed], "7")];
    watches = [stream()];
    const [sight] = await follow(({ object }) => object !== undefined);
    assert.deepEqual(sight?.object, {
      apiVersion: "v1",
      kind: "Widget",
      metadata: { name: "x", namespace: "a", resourceVersion: "5" },
    });
  });
});
