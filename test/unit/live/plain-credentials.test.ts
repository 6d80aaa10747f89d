import assert from "node:assert/strict";
import { Agent, type RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { describe, it } from "mocha";
import { plainCredentials } from "../../../live/plain-credentials.ts";

type Fields = Readonly<Record<string, unknown>>;

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const authority = { "certificate-authority-data": base64("authority") };

function kubeconfig(cluster: Fields, user: Fields): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server: "https://cluster.example.com:6443", ...cluster } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user }],
  });
}

async function ofLibrary(content: string): Promise<RequestOptions> {
  const config = new KubeConfig();
  config.loadFromString(content);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

/** What reaches the wire: of the request and of its agent. */
function sent(options: RequestOptions | undefined) {
  assert.ok(options?.agent instanceof Agent);
  const pick = ({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions) =>
    [ca, cert, key]
      .map((data) => (Buffer.isBuffer(data) ? data.toString() : data))
      .concat(servername, String(rejectUnauthorized));
  return { request: pick(options), agent: pick(options.agent.options), headers: { ...options.headers } };
}

describe("Credentials of a kubeconfig", () => {
  const cases: Readonly<Record<string, readonly [cluster: Fields, user: Fields]>> = {
    "a client certificate": [
      authority,
      { "client-certificate-data": base64("cert"), "client-key-data": base64("key") },
    ],
    "a token": [authority, { token: "t" }],
    "another identity": [authority, { token: "t", as: "system:serviceaccount:shop:driftless-deployer" }],
    "another name of the server": [{ ...authority, "tls-server-name": "inside.example.com" }, { token: "t" }],
    "a server that is not verified": [{ "insecure-skip-tls-verify": true }, { token: "t", username: null }],
  };
  for (const [name, [cluster, user]] of Object.entries(cases)) {
    it(`with ${name} are sent as the library sends them, without it`, async () => {
      const content = kubeconfig(cluster, user);
      assert.deepEqual(sent(plainCredentials(content)), sent(await ofLibrary(content)));
    });
  }

  it("of every other kind are left to the library", () => {
    const others: readonly (readonly [Fields, Fields])[] = [
      [authority, { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "login" } }],
      [authority, { "auth-provider": { name: "oidc" } }],
      [authority, { username: "u", password: "p" }],
      [authority, { token: "t", as: "somebody", "as-groups": ["some"] }],
      [{ ...authority, "proxy-url": "http://proxy.example.com" }, { token: "t" }],
      [{ server: "http://127.0.0.1:8080" }, { token: "t" }],
    ];
    for (const [cluster, user] of others) assert.equal(plainCredentials(kubeconfig(cluster, user)), undefined);
  });
});
