import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { resourceName } from "../../core/plan/identity.ts";
import type { Json, JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { ApiServer } from "../../live/api-server.ts";
import { ClusterWatch, type Unhealthy, type WaitTarget } from "../../live/watch.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";

const labels = { "app.kubernetes.io/managed-by": "driftless" };
const image = "registry.example.com/web:1.0.0";

function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject,
  namespace = "default",
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace, labels }, ...rest };
}

/** A pod template whose pod plays something; `more` is laid over its spec. */
function template(app: string, play?: string, more: JsonObject = {}): JsonObject {
  const annotations: JsonObject = play === undefined ? {} : { "test.driftless.dev/play": play };
  return { metadata: { labels: { app }, annotations }, spec: { containers: [{ name: "web", image }], ...more } };
}

function deployment(name: string, play?: string, more: JsonObject = {}): KubernetesObject {
  const selector = { matchLabels: { app: name } };
  return object("apps/v1", "Deployment", name, { spec: { selector, template: template(name, play, more) } });
}

const target = (live: KubernetesObject): WaitTarget => ({
  resourceName: resourceName("eu", live),
  cluster: "eu",
  object: live,
});

describe("the health of live objects", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let server: ApiServer;
  let watch: ClusterWatch;

  before(async () => {
    cluster = await startTestCluster("health");
    const context = { project: cluster.folder, env: { KUBECONFIG: cluster.kubeconfig } };
    server = await ApiServer.open("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
    watch = new ClusterWatch(new Map([["eu", server]]));
  });

  after(async () => {
    watch.close();
    await cluster.remove();
  });

  /** Applies an object and waits; returns what it then says about it. */
  async function wait(live: KubernetesObject, timeoutSeconds = 4): Promise<readonly Unhealthy[]> {
    await server.apply(live);
    return watch.untilHealthy([target(live)], { timeoutSeconds });
  }

  async function reasonOf(live: KubernetesObject, timeoutSeconds?: number): Promise<string> {
    const [left, ...rest] = await wait(live, timeoutSeconds);
    assert.ok(left !== undefined && rest.length === 0, `${live.metadata.name} is healthy`);
    return left.health.reason;
  }

  it("is waited for when pods get ready late", async () => {
    const start = performance.now();
    assert.deepEqual(await wait(deployment("late", "late"), 30), []);
    assert.ok(performance.now() - start > 2_500);
  });

  it("names the container that crashes, its exit code and its restarts", async () => {
    const reason = await reasonOf(deployment("crash", "crash"));
    assert.match(
      reason,
      /^0 of 1 replicas available\. Pod crash-\S+: Container "web" crashes \(exit code 1, 3 restarts\)\.$/,
    );
  });

  it("names the container that ran out of memory, and its limit", async () => {
    const containers: Json = [{ name: "web", image, resources: { limits: { memory: "64Mi" } } }];
    const reason = await reasonOf(deployment("oom", "oom", { containers }));
    assert.match(reason, /ran out of memory \(OOMKilled, limit 64Mi, 3 restarts\)/);
  });

  it("names the init container that crashes", async () => {
    const initContainers: Json = [{ name: "migrate", image }];
    const reason = await reasonOf(deployment("init", "init-crash", { initContainers }));
    assert.match(reason, /Init container "migrate" crashes \(exit code 1, 3 restarts\)/);
  });

  it("names the image that never comes", async () => {
    const reason = await reasonOf(deployment("pull", "image-pull"));
    assert.match(
      reason,
      /cannot pull its image \(ImagePullBackOff\): Back-off pulling image "registry\.example\.com\/web:1\.0\.0"/,
    );
  });

  it("names what a container needs and does not find", async () => {
    const reason = await reasonOf(deployment("config", "config"));
    assert.match(reason, /cannot start \(CreateContainerConfigError\): secret "missing" not found/);
  });

  it("shows the event of a readiness probe that fails", async () => {
    const reason = await reasonOf(deployment("unready", "unready"));
    assert.match(reason, /runs but is not ready\. Readiness probe failed: HTTP probe failed with statuscode: 503/);
  });

  it("shows why no node takes a pod", async () => {
    const reason = await reasonOf(deployment("homeless", undefined, { nodeSelector: { disk: "fast" } }));
    assert.match(reason, /No node takes it: 0\/1 nodes are available: 1 node\(s\) didn't match/);
  });

  it("is degraded, and ends the wait early, while a quota forbids the pods", async () => {
    const namespace = "poor";
    await cluster.kubectl("create", "namespace", namespace);
    await cluster.kubectl("create", "quota", "none", "--hard=pods=0", "-n", namespace);
    const { metadata, ...rest } = deployment("quota");
    const live = { ...rest, metadata: { ...metadata, namespace } };
    const start = performance.now();
    const reason = await reasonOf(live, 60);
    assert.match(reason, /Pods cannot be created: .*exceeded quota: none, requested: pods=1/);
    assert.ok(performance.now() - start < 20_000);
    const set = object(
      "apps/v1",
      "StatefulSet",
      "db",
      { spec: { serviceName: "db", selector: { matchLabels: { app: "db" } }, template: template("db") } },
      namespace,
    );
    assert.match(
      await reasonOf(set),
      /0 of 1 replicas ready\. [Cc]reate Pod db-0 in StatefulSet db failed error: .*exceeded quota/,
    );
  });

  it("ends the wait at once for a Job that failed for good, and waits for one that completes", async () => {
    const job = (name: string, play: string): KubernetesObject =>
      object("batch/v1", "Job", name, {
        spec: { backoffLimit: 0, template: template(name, play, { restartPolicy: "Never" }) },
      });
    assert.deepEqual(await wait(job("completes", "late"), 30), []);
    const start = performance.now();
    const reason = await reasonOf(job("fails", "fail"), 60);
    assert.match(
      reason,
      /The Job failed: Job has reached the specified backoff limit\. Pod fails-\S+: Container "web" crashes \(exit code 1\)\.$/,
    );
    assert.ok(performance.now() - start < 8_000);
  });

  it("does not wait for a claim that no pod mounts, and waits for one that gets its volume at once", async () => {
    const claim = (name: string, more: JsonObject): KubernetesObject =>
      object("v1", "PersistentVolumeClaim", name, {
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...more },
      });
    assert.deepEqual(await wait(claim("unused", {})), []);
    assert.deepEqual(await wait(claim("now", { storageClassName: "local-immediate" })), []);
    assert.match(
      await reasonOf(claim("wrong", { storageClassName: "missing" })),
      /not bound yet\. storageclass.* "missing" not found/,
    );
  });

  it("waits for a StatefulSet with claims of its own", async () => {
    const set = object("apps/v1", "StatefulSet", "store", {
      spec: {
        serviceName: "store",
        replicas: 2,
        selector: { matchLabels: { app: "store" } },
        template: template("store", undefined, {
          containers: [{ name: "web", image, volumeMounts: [{ name: "data", mountPath: "/d" }] }],
        }),
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    });
    assert.deepEqual(await wait(set, 30), []);
  });

  it("does not block on what the cluster has no controller or no metrics for", async () => {
    const ingress = object("networking.k8s.io/v1", "Ingress", "web", {
      spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
    });
    const budget = object("policy/v1", "PodDisruptionBudget", "web", {
      spec: { minAvailable: 1, selector: { matchLabels: { app: "nothing" } } },
    });
    const scaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
      spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "late" } },
    });
    for (const live of [ingress, budget, scaler]) assert.deepEqual(await wait(live, 40), [], live.kind);
  });

  it("tells from time to time why something takes so long", async () => {
    const live = deployment("slow", "image-pull");
    await server.apply(live);
    const said: string[] = [];
    const onProgress = ({ health }: Unhealthy): void => void said.push(health.reason);
    await watch.untilHealthy([target(live)], { timeoutSeconds: 17, onProgress });
    assert.match(said.at(-1) ?? "", /0 of 1 replicas available\. .*Back-off pulling image/);
  });
});
