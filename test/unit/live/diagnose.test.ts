import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "mocha";
import type { KubernetesObject } from "../../../core/manifest/manifest.ts";
import { ApiServer } from "../../../live/api-server.ts";
import { diagnose } from "../../../live/diagnose.ts";

const deployment: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", uid: "1" },
  spec: { selector: { matchLabels: { app: "web" } } },
};

const waiting = { waiting: { reason: "CrashLoopBackOff" } };
const ended = { terminated: { exitCode: 2, reason: "Error" } };
const pod = (name: string, created: string, state: object): object => ({
  metadata: { name, namespace: "shop", creationTimestamp: created },
  status: {
    phase: "Running",
    containerStatuses: [{ name: "web", ready: false, restartCount: 4, state, lastState: ended }],
  },
});

/** The pods of a local cluster have no logs, so this server has. */
describe("what the pods of a workload tell", () => {
  let server: Server;
  let api: ApiServer;
  const asked: URL[] = [];
  let log = "";
  let logStatus = 200;

  before(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      asked.push(url);
      if (url.pathname.endsWith("/log")) return void response.writeHead(logStatus).end(log);
      const kinds = [
        { name: "pods", kind: "Pod", namespaced: true },
        { name: "events", kind: "Event", namespaced: true },
      ];
      const items = [
        pod("web-old", "2026-01-01T00:00:00Z", { running: {} }),
        pod("web-new", "2026-02-01T00:00:00Z", waiting),
      ];
      response.end(JSON.stringify(url.pathname === "/api/v1" ? { resources: kinds } : { metadata: {}, items }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const connection = { server: new URL(`http://127.0.0.1:${address.port}`), call: {}, watch: {} };
    api = new ApiServer("eu", undefined, { ...connection, renew: () => Promise.reject(new Error("no others")) });
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it("is the last line that the container wrote before its last restart", async () => {
    log = "starting\npanic: no database\n\n";
    assert.equal(
      await diagnose(api, deployment),
      'Pod web-new: Container "web" crashes (exit code 2, 4 restarts). Its last line: panic: no database.',
    );
    const query = asked.find(({ pathname }) => pathname.endsWith("/log"))?.searchParams;
    assert.equal(query?.get("previous"), "true");
    assert.equal(query.get("container"), "web");
  });

  it("is short, and nothing in it acts on a terminal", async () => {
    log = `\u001b[2J\u0007${"x".repeat(5_000)}`;
    const text = (await diagnose(api, deployment)) ?? "";
    assert.ok(text.length < 400, text);
    assert.doesNotMatch(text, /\p{C}/u);
  });

  it("is told without the line where the log may not be read", async () => {
    logStatus = 403;
    assert.equal(await diagnose(api, deployment), 'Pod web-new: Container "web" crashes (exit code 2, 4 restarts).');
  });
});
