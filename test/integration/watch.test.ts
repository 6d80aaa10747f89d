import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { resourceName } from "../../core/plan/identity.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { ApiServer } from "../../live/api-server.ts";
import { ClusterWatch, type Unhealthy, type WaitTarget } from "../../live/watch.ts";
import { record } from "../../core/manifest/json.ts";
import { startCluster } from "../../toolchain/local-cluster/cluster.ts";
import { stopProgram } from "../../toolchain/local-cluster/process.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { testTools } from "../support/toolchain.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";

const labels = { "app.kubernetes.io/managed-by": "driftless" };
const image = "registry.example.com/web:1.0.0";

const configMap = (name: string, more: object = labels): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", labels: { ...more } },
});

const deployment = (name: string, replicas = 1): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "default", labels },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "web", image }] } },
  },
});

const target = (object: KubernetesObject): WaitTarget => ({
  resourceName: resourceName("eu", object),
  cluster: "eu",
  object,
});

describe("waiting for the objects of a cluster", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let server: ApiServer;
  let watch: ClusterWatch;

  before(async () => {
    cluster = await startTestCluster("watch");
    const context = { project: cluster.folder, env: { KUBECONFIG: cluster.kubeconfig } };
    server = await ApiServer.open("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
    watch = new ClusterWatch(new Map([["eu", server]]));
  });

  after(async () => {
    watch.close();
    await cluster.remove();
  });

  it("ends when all of them are healthy, and says what happens until then", async () => {
    const objects = ["a", "b", "c"].map((name) => deployment(name));
    const changes: Unhealthy[] = [];
    const options = { timeoutSeconds: 30, onProgress: (change: Unhealthy) => void changes.push(change) };
    const wait = watch.untilHealthy(objects.map(target), options);
    await Promise.all(objects.map((object) => server.apply(object)));
    assert.deepEqual(await wait, []);
    const statuses = changes.filter((change) => change.resourceName.endsWith("/a")).map(({ health }) => health.status);
    assert.deepEqual([statuses[0], statuses.at(-1)], ["progressing", "healthy"]);
  });

  it("does not take the state from before a change for the one after it", async () => {
    const object = deployment("changed");
    await server.apply(object);
    assert.deepEqual(await watch.untilHealthy([target(object)], { timeoutSeconds: 30 }), []);
    for (let replicas = 2; replicas < 8; replicas++) {
      await server.apply(deployment("changed", replicas));
      assert.deepEqual(await watch.untilHealthy([target(object)], { timeoutSeconds: 30 }), []);
      const live = await server.read("apps/v1", "Deployment", "default", "changed");
      assert.equal((live?.["status"] as { availableReplicas?: number }).availableReplicas, replicas);
    }
  });

  it("finds objects without the label, and tells at its end what is not there", async () => {
    const bare = configMap("bare", {});
    await server.create(bare);
    const left = await watch.untilHealthy([target(bare), target(configMap("missing"))], { timeoutSeconds: 1 });
    const reason = "It does not exist.";
    assert.deepEqual(left, [
      { resourceName: "eu/default/ConfigMap/missing", health: { status: "progressing", reason } },
    ]);
  });

  it("finds an object that lost the label on the cluster", async () => {
    const object = deployment("stripped");
    await server.apply(object);
    await cluster.kubectl("label", "deployment", "stripped", "app.kubernetes.io/managed-by-");
    assert.deepEqual(await watch.untilHealthy([target(object)], { timeoutSeconds: 30 }), []);
  });

  it("ends with the reason of the signal that aborts it", async () => {
    const abort = new AbortController();
    const wait = watch.untilHealthy([target(configMap("never"))], { timeoutSeconds: 30, signal: abort.signal });
    abort.abort(new Error("a newer pin"));
    await assert.rejects(wait, /a newer pin/);
  });

  it("waits until deleted objects are gone, finalizers included", async () => {
    const held = configMap("held");
    const free = configMap("free");
    await server.apply({ ...held, metadata: { ...held.metadata, finalizers: ["example.com/hold"] } });
    await server.apply(free);
    await Promise.all([held, free].map((object) => server.delete(object)));
    const targets = [held, free].map(target);
    assert.deepEqual(await watch.untilGone(targets, { timeoutSeconds: 1 }), ["eu/default/ConfigMap/held"]);
    const wait = watch.untilGone(targets, { timeoutSeconds: 30 });
    await cluster.kubectl("patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    assert.deepEqual(await wait, []);
  });

  it("needs no more than the namespaces of its objects", async () => {
    const namespace = "narrow";
    await cluster.kubectl("create", "namespace", namespace);
    await cluster.kubectl("create", "serviceaccount", "deployer", "-n", namespace);
    const rights = ["--verb=get,list,watch,patch,create", "--resource=deployments.apps,configmaps"];
    await cluster.kubectl("create", "role", "deployer", ...rights, "-n", namespace);
    const subject = `--serviceaccount=${namespace}:deployer`;
    await cluster.kubectl("create", "rolebinding", "deployer", "--role=deployer", subject, "-n", namespace);
    const token = await cluster.kubectl("create", "token", "deployer", "-n", namespace);
    const config = await cluster.kubectl("config", "view", "--raw", "-o", "json");
    const { users, ...rest } = JSON.parse(config) as { readonly users: readonly { readonly name: string }[] };
    const file = join(cluster.folder, "narrow.json");
    await writeFile(file, JSON.stringify({ ...rest, users: users.map(({ name }) => ({ name, user: { token } })) }));
    const context = { project: cluster.folder, env: { KUBECONFIG: file } };
    const limited = await ApiServer.open("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
    const own = new ClusterWatch(new Map([["eu", limited]]));
    try {
      const placed = (object: KubernetesObject, into: string): KubernetesObject => ({
        ...object,
        metadata: { ...object.metadata, namespace: into },
      });
      const objects = [deployment("allowed"), configMap("allowed")].map((object) => placed(object, namespace));
      for (const object of objects) await limited.apply(object);
      assert.deepEqual(await own.untilHealthy(objects.map(target), { timeoutSeconds: 30 }), []);
      const [left] = await own.untilHealthy([target(deployment("a"))], { timeoutSeconds: 1 });
      assert.equal(left?.health.status, "unknown");
      assert.match(left.health.reason, /deployments\.apps is forbidden/);
    } finally {
      own.close();
    }
  });

  it("goes on when the API server was away for a while", async () => {
    const object = deployment("patient");
    const selector = { ...object, spec: { ...record(object["spec"]), replicas: 3 } };
    const wait = watch.untilHealthy([target(selector)], { timeoutSeconds: 90 });
    await stopProgram(cluster.folder, "kube-apiserver", 3_000);
    const tools = await testTools(toolGroups.cluster);
    await startCluster({ folder: cluster.folder, name: "watch", tools, progress: () => undefined });
    await server.apply(selector);
    assert.deepEqual(await wait, []);
  });

  it("costs one watch however many waits there are", async () => {
    const objects = Array.from({ length: 300 }, (_, index) => configMap(`many-${index}`));
    const waits = objects.map((object) => watch.untilHealthy([target(object)], { timeoutSeconds: 60 }));
    await Promise.all(objects.map((object) => server.apply(object)));
    assert.ok((await Promise.all(waits)).every((left) => left.length === 0));
    const metrics = await cluster.kubectl("get", "--raw", "/metrics");
    const line = /^apiserver_longrunning_requests\{[^}]*resource="configmaps"[^}]*scope="cluster"[^}]*\} (\d+)$/gm;
    const ours = [...metrics.matchAll(line)].reduce((sum, match) => sum + Number(match[1]), 0);
    assert.ok(ours > 0 && ours < 10, metrics.match(line)?.join("\n"));
  });
});
