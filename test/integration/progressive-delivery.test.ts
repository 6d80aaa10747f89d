import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { parseAllDocuments } from "yaml";
import { healthChecksOf } from "../../core/health/custom.ts";
import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import { stampOwner } from "../../core/plan/ownership.ts";
import { ApiError, ApiServer } from "../../live/api-server.ts";
import { ClusterWatch, type Unhealthy, type WaitTarget } from "../../live/watch.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";

const samples = join(import.meta.dirname, "..", "fixtures", "progressive-delivery");

/** The objects of a sample, as a plan would have them. */
async function sample(name: string): Promise<readonly KubernetesObject[]> {
  const documents = parseAllDocuments(await readFile(join(samples, name), "utf8"));
  return documents.map((document) => {
    const object = document.toJS() as KubernetesObject;
    const placed = object.kind === "CustomResourceDefinition" ? {} : { namespace: "default" };
    const owner = { environment: "dev", application: "shop", origin: name };
    return stampOwner({ ...object, metadata: { ...object.metadata, ...placed } }, owner);
  });
}

const target = (object: KubernetesObject): WaitTarget => ({
  resourceName: resourceName("eu", object),
  cluster: "eu",
  object,
});

describe("custom resources with a health of their own", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let server: ApiServer;
  let watch: ClusterWatch;
  const checks = [
    {
      apiVersion: "example.com/v1",
      kind: "Database",
      healthy: "status.phase == 'Running'",
      degraded: "status.phase == 'Failed'",
    },
  ];

  before(async () => {
    cluster = await startTestCluster("custom");
    const context = { project: cluster.folder, env: { KUBECONFIG: cluster.kubeconfig } };
    server = await ApiServer.open("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
    watch = new ClusterWatch(new Map([["eu", server]]), healthChecksOf(checks));
  });

  after(async () => {
    watch.close();
    await cluster.remove();
  });

  /** Waits for an object while a play gives it one status after another; returns what is said on the way. */
  async function play(
    object: KubernetesObject,
    statuses: readonly JsonObject[],
  ): Promise<{ readonly left: readonly Unhealthy[]; readonly said: readonly string[] }> {
    const said: string[] = [];
    const onProgress = ({ health }: Unhealthy): void => void said.push(`${health.status}: ${health.reason}`);
    const wait = watch.untilHealthy([target(object)], { timeoutSeconds: 60, onProgress });
    for (const status of statuses) {
      await cluster.kubectl(
        ...["patch", object.kind, object.metadata.name, "--subresource=status", "--type=merge"],
        ...["-p", JSON.stringify({ status })],
      );
      await sleep(150);
    }
    return { left: await wait, said };
  }

  it("are served once their definition is established", async () => {
    const definitions = await sample("definitions.yaml");
    const [rollout] = await sample("rollout.yaml");
    assert.ok(rollout !== undefined);
    await assert.rejects(server.apply(rollout), (error) => error instanceof ApiError && error.status === 404);
    const early = watch.untilHealthy([target(rollout)], { timeoutSeconds: 1 });
    await Promise.all(definitions.map((object) => server.apply(object)));
    assert.deepEqual(await watch.untilHealthy(definitions.map(target), { timeoutSeconds: 30 }), []);
    await server.apply(rollout);
    assert.equal((await early).length, 1);
  });

  it("tell the step and the weight of a Rollout, and that it waits for a person", async () => {
    const [rollout] = await sample("rollout.yaml");
    assert.ok(rollout !== undefined);
    const step = (currentStepIndex: number, phase: string, message: string): JsonObject => ({
      ...{ observedGeneration: "1", currentStepIndex, phase, message },
    });
    const { left, said } = await play(rollout, [
      step(0, "Progressing", "more replicas need to be updated"),
      step(1, "Paused", "CanaryPauseStep"),
    ]);
    assert.deepEqual(left, []);
    assert.deepEqual(said.slice(-2), [
      "progressing: Canary step 1 of 4, weight 20 %: more replicas need to be updated.",
      "suspended: Canary step 2 of 4, weight 20 %: CanaryPauseStep. It goes on when it is promoted.",
    ]);
  });

  it("end the wait for a Rollout that was aborted", async () => {
    const [rollout] = await sample("rollout.yaml");
    assert.ok(rollout !== undefined);
    const start = performance.now();
    const status = { observedGeneration: "1", phase: "Degraded", abort: true, message: "metric success-rate failed" };
    await cluster.kubectl(
      "patch",
      "rollout",
      "checkout",
      "--subresource=status",
      "--type=merge",
      "-p",
      JSON.stringify({ status }),
    );
    const { left } = await play(rollout, []);
    assert.match(left[0]?.health.reason ?? "", /Aborted: .*metric success-rate failed/);
    assert.ok(performance.now() - start < 20_000);
  });

  it("tell weight and failed checks of a Canary until it is promoted", async () => {
    const [canary] = await sample("canary.yaml");
    assert.ok(canary !== undefined);
    await server.apply(canary);
    const { left, said } = await play(canary, [
      { phase: "Progressing", canaryWeight: 10, failedChecks: 0 },
      { phase: "Progressing", canaryWeight: 20, failedChecks: 1 },
      { phase: "Promoting", canaryWeight: 50, failedChecks: 1 },
      { phase: "Succeeded", canaryWeight: 0, failedChecks: 1 },
    ]);
    assert.deepEqual(left, []);
    assert.deepEqual(said.slice(-4), [
      "progressing: Progressing, weight 10 % of 50, 0 of 5 failed checks.",
      "progressing: Progressing, weight 20 % of 50, 1 of 5 failed checks.",
      "progressing: Promoting, weight 50 % of 50, 1 of 5 failed checks.",
      "healthy: The new version is promoted.",
    ]);
  });

  it("are judged by the expressions of the environment", async () => {
    const [definition] = await sample("definitions.yaml");
    assert.ok(definition !== undefined);
    const names = { kind: "Database", plural: "databases", singular: "database" };
    const spec = definition["spec"] as JsonObject;
    const versions = (spec["versions"] as readonly JsonObject[]).map((version) => ({ ...version, name: "v1" }));
    const metadata = { ...definition.metadata, name: "databases.example.com" };
    const own: KubernetesObject = { ...definition, metadata, spec: { ...spec, group: "example.com", names, versions } };
    await server.apply(own);
    assert.deepEqual(await watch.untilHealthy([target(own)], { timeoutSeconds: 30 }), []);
    const owner = { environment: "dev", application: "shop", origin: "x" };
    const database = (name: string): KubernetesObject =>
      stampOwner({ apiVersion: "example.com/v1", kind: "Database", metadata: { name, namespace: "default" } }, owner);
    await server.apply(database("good"));
    await server.apply(database("bad"));
    const good = await play(database("good"), [{ phase: "Creating" }, { phase: "Running" }]);
    assert.deepEqual(good.left, []);
    assert.match(good.said[0] ?? "", /^unknown: .*cannot tell: .*No such key: phase/);
    const conditions = [{ type: "Ready", status: "False", message: "the disk is full" }];
    const bad = await play(database("bad"), [{ phase: "Failed", conditions }]);
    assert.equal(
      bad.left[0]?.health.reason,
      "By the check of the environment it is degraded: Not Ready: the disk is full.",
    );
  });

  it("keep the fields of another manager unless they are taken over", async () => {
    const owner = { environment: "dev", application: "shop", origin: "x" };
    const map = (value: string): KubernetesObject =>
      stampOwner(
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "shared", namespace: "default" },
          data: { key: value },
        },
        owner,
      );
    await cluster.kubectl("create", "configmap", "shared", "--from-literal=key=theirs");
    await assert.rejects(server.apply(map("ours")), (error) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.status, 409);
      assert.match(error.message, /conflict with "kubectl-create".*\.data\.key/s);
      return true;
    });
    assert.deepEqual((await server.apply(map("ours"), { force: true, dryRun: true }))["data"], { key: "ours" });
    assert.deepEqual((await server.read("v1", "ConfigMap", "default", "shared"))?.["data"], { key: "theirs" });
    await server.apply(map("ours"), { force: true });
    await assert.rejects(
      server.create(map("again")),
      (error) => error instanceof ApiError && error.reason === "AlreadyExists",
    );
    const uid = "00000000-0000-0000-0000-000000000000";
    await assert.rejects(
      server.delete(map("ours"), { uid }),
      (error) => error instanceof ApiError && error.status === 409,
    );
    assert.equal(await server.delete(map("ours"), { propagation: "foreground" }), true);
    assert.deepEqual(await watch.untilGone([target(map("ours"))], { timeoutSeconds: 10 }), []);
    assert.equal(await server.delete(map("ours")), false);
  });
});
