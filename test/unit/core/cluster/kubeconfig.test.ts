import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { parse, stringify } from "yaml";
import type { Reveal } from "../../../../core/cluster/kubeconfig-files.ts";
import { resolveKubeconfig } from "../../../../core/cluster/kubeconfig.ts";
import type { KubeconfigClusterSpec } from "../../../../core/environment/spec.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";

const config = {
  apiVersion: "v1",
  kind: "Config",
  "current-context": "eu",
  preferences: {},
  clusters: [
    { name: "eu-cluster", cluster: { server: "https://eu.example.com:6443", "certificate-authority": "ca.crt" } },
    { name: "us-cluster", cluster: { server: "https://us.example.com", "certificate-authority-data": "dXM=" } },
  ],
  users: [
    { name: "admin", user: { "client-certificate": "admin.crt", "client-key": "admin.key" } },
    { name: "robot", user: { tokenFile: "token" } },
    {
      name: "cloud",
      user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "get-token", args: ["x"] } },
    },
  ],
  contexts: [
    { name: "eu", context: { cluster: "eu-cluster", user: "admin", namespace: "shop" } },
    { name: "us", context: { cluster: "us-cluster", user: "robot" } },
    { name: "cloud", context: { cluster: "us-cluster", user: "cloud" } },
    { name: "nobody", context: { cluster: "us-cluster" } },
    { name: "lost-cluster", context: { cluster: "gone", user: "admin" } },
    { name: "lost-user", context: { cluster: "us-cluster", user: "gone" } },
  ],
};

describe("resolveKubeconfig", () => {
  let root = "";
  const write = async (path: string, content: string): Promise<string> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "driftless-kubeconfig-"));
    await write("kube/config", stringify(config));
    await write("kube/ca.crt", "CA");
    await write("kube/admin.crt", "CERT");
    await write("kube/admin.key", "KEY");
    await write("kube/token", "t0ken\n");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  type Kubeconfig = Extract<KubeconfigClusterSpec, { kubeconfig: unknown }>["kubeconfig"];
  const spec = (kubeconfig: Partial<Kubeconfig>): KubeconfigClusterSpec => ({
    kubeconfig: { env: "KUBECONFIG", allowFiles: true, allowExec: ["get-token"], ...kubeconfig },
  });
  const resolve = (cluster: KubeconfigClusterSpec, env: Record<string, string> = {}, reveal?: Reveal) =>
    resolveKubeconfig("eu", cluster, { project: root, env, reveal });
  const refused = async (cluster: KubeconfigClusterSpec, env: Record<string, string> = {}): Promise<DriftlessError> => {
    const error: unknown = await resolve(cluster, env).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DriftlessError);
    assert.ok(!error.message.includes(root), "no absolute path");
    return error;
  };

  it("reads the file that the variable names, reduced to the current context, with certificates in place", async () => {
    const resolved = await resolve(spec({}), { KUBECONFIG: join(root, "kube/config") });
    assert.equal(resolved.context, "eu");
    assert.equal(resolved.server, "https://eu.example.com:6443");
    assert.deepEqual(parse(resolved.content), {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "eu",
      clusters: [
        {
          name: "eu-cluster",
          cluster: { server: "https://eu.example.com:6443", "certificate-authority-data": "Q0E=" },
        },
      ],
      contexts: [{ name: "eu", context: { cluster: "eu-cluster", user: "admin", namespace: "shop" } }],
      users: [{ name: "admin", user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" } }],
    });
  });

  it("takes the context and the file that the environment document names", async () => {
    const resolved = await resolve(spec({ path: "kube/config", context: "us" }), { KUBECONFIG: "/nowhere" });
    assert.equal(resolved.server, "https://us.example.com");
    assert.ok(resolved.content.includes('"user":{"token":"t0ken"}'));
    assert.ok(!resolved.content.includes("eu.example.com"));
  });

  it("keeps a credential plugin, and a context without a user", async () => {
    assert.ok(
      (await resolve(spec({ path: "kube/config", context: "cloud" }))).content.includes('"command":"get-token"'),
    );
    assert.ok((await resolve(spec({ path: "kube/config", context: "nobody" }))).content.includes('"users":[]'));
  });

  it("falls back to the file in the home folder, but only for KUBECONFIG itself", async () => {
    await write(
      ".kube/config",
      stringify({ ...config, "current-context": "us", users: [{ name: "robot", user: { token: "x" } }] }),
    );
    assert.equal((await resolve(spec({}), { HOME: root })).context, "us");
    const error = await refused(spec({ env: "PRODUCTION_KUBECONFIG" }), { HOME: root });
    assert.equal(error.code, "KUBECONFIG_INVALID");
    assert.match(error.message, /PRODUCTION_KUBECONFIG/);
  });

  it("merges the files of a list as kubectl does: the first to say something wins", async () => {
    const first = await write(
      "a/config",
      stringify({ contexts: [{ name: "mine", context: { cluster: "eu-cluster", user: "admin" } }] }),
    );
    const list = [first, join(root, "missing"), join(root, "kube/config")].join(delimiter);
    assert.equal(
      (await resolve(spec({ context: "mine" }), { KUBECONFIG: list })).server,
      "https://eu.example.com:6443",
    );
    assert.equal((await resolve(spec({}), { KUBECONFIG: list })).context, "eu");
  });

  it("reads the kubeconfig of a running local cluster, and says how to start one", async () => {
    const local: KubeconfigClusterSpec = { local: { name: "dev" } };
    const error = await refused(local);
    assert.equal(error.code, "CLUSTER_UNREACHABLE");
    assert.match(error.message, /driftless cluster up dev/);
    await write(
      ".driftless/clusters/dev/kubeconfig",
      stringify({ ...config, "current-context": "us", users: [{ name: "robot", user: { token: "x" } }] }),
    );
    assert.equal((await resolve(local)).server, "https://us.example.com");
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ["no YAML", "clusters: [", /not valid YAML/],
    ["text", "hello", /the file is missing or wrong/],
    ["a cluster without a server", "clusters: [{name: a, cluster: {}}]", /clusters\.0\.cluster\.server/],
    ["a server that is no URL", "clusters: [{name: a, cluster: {server: x}}]", /clusters\.0\.cluster\.server/],
    ["a context without a cluster", "contexts: [{name: a, context: {}}]", /contexts\.0\.context\.cluster/],
    ["users of the wrong type", "users: {}", /users/],
    ["no current context", "clusters: []", /names no current context/],
    ["nothing", "", /the file is missing or wrong/],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses a file with ${what}`, async () => {
      await write("bad", text);
      const error = await refused(spec({ path: "bad" }));
      assert.equal(error.code, "KUBECONFIG_INVALID");
      assert.match(error.message, message);
      assert.match(error.message, /^bad/);
    });
  }

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ["an unknown context", "asia", /has no context "asia"[^]*eu, us, cloud/],
    ["a context whose cluster is missing", "lost-cluster", /has no cluster "gone"/],
    ["a context whose user is missing", "lost-user", /has no user "gone"/],
  ];
  for (const [what, context, message] of broken) {
    it(`refuses ${what}`, async () => {
      assert.match((await refused(spec({ path: "kube/config", context }))).message, message);
    });
  }

  it("refuses a reference to a file that is not there, by name and without its folder", async () => {
    await rm(join(root, "kube/admin.key"));
    const error = await refused(spec({ path: "kube/config" }));
    assert.match(error.message, /client-key file "admin.key" that cannot be read/);
  });

  it("refuses a file that does not exist or is a folder", async () => {
    assert.match((await refused(spec({ path: "gone" }))).message, /does not exist \(gone\)/);
    assert.match(
      (await refused(spec({}), { KUBECONFIG: join(root, "gone") })).message,
      /does not exist \(\$KUBECONFIG\)/,
    );
    assert.match((await refused(spec({ path: "kube" }))).message, /cannot be read/);
  });

  it("takes a kubeconfig that the engine keeps, as text or as the object that a program exported", async () => {
    const kept = { ...config, "current-context": "us", users: [{ name: "robot", user: { token: "c4nary" } }] };
    for (const value of [stringify(kept), JSON.stringify(kept), kept]) {
      const asked: unknown[] = [];
      const reveal: Reveal = (what) => Promise.resolve((asked.push(what), value));
      const resolved = await resolve(spec({ secret: "us" }), {}, reveal);
      assert.deepEqual([resolved.server, asked], ["https://us.example.com", [{ secret: "us" }]]);
      await resolve(spec({ stack: "platform", output: "us" }), {}, reveal);
      assert.deepEqual(asked.at(-1), { stack: "platform", output: "us" });
    }
  });

  for (const value of [undefined, null, 7, "c4nary: [", ["c4nary"], { clusters: "c4nary" }]) {
    it(`refuses what the engine keeps if it is ${JSON.stringify(value) ?? "nothing"}, without showing it`, async () => {
      const said = await resolve(spec({ secret: "us" }), {}, () => Promise.resolve(value)).then(
        () => "nothing",
        (error: unknown) => (error instanceof Error ? error.message : "no error"),
      );
      assert.match(said, /config us.*KUBECONFIG_INVALID/);
      assert.ok(!said.includes("c4nary"));
    });
  }

  it("does not show what a broken file holds", async () => {
    await write("bad", "users: [{name: a, user: {token: c4nary, x: [}}]");
    assert.ok(!(await refused(spec({ path: "bad" }))).message.includes("c4nary"));
  });
});
