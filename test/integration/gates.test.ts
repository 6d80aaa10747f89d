import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { UpdateResult } from "../../automation/engine/types.ts";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

/** A Deployment whose pods play something else than being well. */
function playing(name: string, play: string): string {
  const labels = `labels: { app: ${name} } }\n    spec`;
  return deployment(name).replace(
    labels,
    `labels: { app: ${name} }, annotations: { test.driftless.dev/play: ${play} } }\n    spec`,
  );
}

const inWave = (wave: number, manifest: string): string =>
  manifest.replace(
    /metadata: \{ name: ([\w-]+)/,
    `metadata: { annotations: { driftless.dev/wave: "${wave}" }, name: $1`,
  );

/** A ConfigMap that does not go before somebody has taken its finalizer away. */
const held = (manifest: string): string =>
  manifest.replace("metadata: {", "metadata: { finalizers: [example.com/hold],");

describe("the gates of a delivery on a real cluster", function () {
  this.timeout(240_000);
  let cluster: TestCluster;
  let project: TestProject;

  before(async () => {
    cluster = await startTestCluster("gates");
    project = await createTestProject();
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const health = "health: { timeout: 20s }";
  const all = { api: `api, ${health}`, web: `web, ${health}, dependsOn: [api]`, other: "other" };

  async function up(
    files: Readonly<Record<string, string | null>>,
    applications: Readonly<Record<string, string>> = all,
  ): Promise<UpdateResult> {
    const revision = await project.commit(files);
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
    const engine = await openTestEngine(project, cluster.kubeconfig);
    return engine.up(await runOptions(project));
  }

  const read = (what: string, path: string): Promise<string> =>
    cluster.kubectl("-n", "payments", "get", what, "--ignore-not-found", "-o", `jsonpath={${path}}`);
  const exists = async (what: string): Promise<boolean> => (await read(what, ".metadata.name")) !== "";

  it("let an application begin when what it depends on is healthy", async () => {
    await up({
      "api/api.yaml": playing("api", "late"),
      "web/web.yaml": configMap("web"),
      "other/other.yaml": configMap("other"),
    });
    const available = await read("deployment/api", '.status.conditions[?(@.type=="Available")].lastTransitionTime');
    const created = await read("configmap/web", ".metadata.creationTimestamp");
    assert.ok(available !== "" && available <= created, `available at ${available}, created at ${created}`);
    const other = await read("configmap/other", ".metadata.creationTimestamp");
    assert.ok(other < available, "what depends on nothing does not wait");
  });

  it("say which object is not well and why, skip what depends on it, and let the others go on", async () => {
    const files = {
      "api/api.yaml": playing("api", "crash"),
      "web/web.yaml": configMap("web", "2"),
      "other/other.yaml": configMap("other", "2"),
    };
    await assert.rejects(up(files), (error: Error) => {
      assert.match(
        error.message,
        /^api\/api\.yaml: HEALTH_TIMEOUT application api: Deployment\.apps payments\/api on eu .*Container "web" crashes/,
      );
      assert.equal(error.message.split("\n").length, 2, error.message);
      return true;
    });
    assert.equal(await read("configmap/web", ".data.key"), "1");
    assert.equal(await read("configmap/other", ".data.key"), "2");
  });

  it("wait again in the next run, though nothing of the object has changed since", async () => {
    await assert.rejects(up({}), /HEALTH_TIMEOUT application api: .*Container "web" crashes/);
  });

  it("do not touch an application whose dependency is not well, though nobody changed that", async () => {
    // As if its state said that all is well.
    await up({ "api/api.yaml": deployment("api") });
    assert.equal(await read("configmap/web", ".data.key"), "2");
    await cluster.kubectl("-n", "payments", "scale", "deployment/api", "--replicas=0");
    await cluster.kubectl(
      "-n",
      "payments",
      "patch",
      "deployment/api",
      "-p",
      '{"spec":{"template":{"metadata":{"annotations":{"test.driftless.dev/play":"crash"}}}}}',
    );
    await cluster.kubectl("-n", "payments", "scale", "deployment/api", "--replicas=1");
    await assert.rejects(
      up({ "web/web.yaml": configMap("web", "3") }),
      /DEPENDENCY_UNHEALTHY application web: .*payments\/api/,
    );
    assert.equal(await read("configmap/web", ".data.key"), "2");
    await cluster.kubectl(
      "-n",
      "payments",
      "patch",
      "deployment/api",
      "-p",
      '{"spec":{"template":{"metadata":{"annotations":{"test.driftless.dev/play":null}}}}}',
    );
    await up({});
    assert.equal(await read("configmap/web", ".data.key"), "3");
  });

  it("keep what left Git until what replaces it is healthy", async () => {
    await up({
      "api/api.yaml": deployment("api"),
      "web/web.yaml": configMap("web"),
      "other/other.yaml": configMap("other"),
    });
    await assert.rejects(
      up({ "api/api.yaml": playing("renamed", "crash"), "web/web.yaml": configMap("renamed") }),
      (error: Error) => {
        assert.match(error.message, /HEALTH_TIMEOUT application api: Deployment\.apps payments\/renamed .*crashes/);
        assert.equal(error.message.split("\n").length, 2, error.message);
        return true;
      },
    );
    assert.deepEqual(await Promise.all(["deployment/api", "configmap/web"].map(exists)), [true, true]);
    await up({ "api/api.yaml": deployment("renamed") });
    const left = await Promise.all(["deployment/api", "configmap/web", "configmap/renamed"].map(exists));
    assert.deepEqual(left, [false, false, true]);
  });

  it("delete what comes last first, and nothing before it is gone", async () => {
    const waves = [inWave(0, configMap("first")), held(inWave(1, configMap("second"))), inWave(2, configMap("third"))];
    const files = { "waves/waves.yaml": waves.join("---\n"), "other/other.yaml": configMap("other") };
    await up(files, { other: "other", waves: `waves, ${health}` });
    const left = () => Promise.all(["first", "second", "third"].map((name) => exists(`configmap/${name}`)));
    await assert.rejects(up({}, { other: "other" }), /payments\/second/);
    assert.deepEqual(await left(), [true, true, false]);
    const free = '[{"op":"remove","path":"/metadata/finalizers"}]';
    await cluster.kubectl("-n", "payments", "patch", "configmap/second", "--type=json", "-p", free);
    await up({}, { other: "other" });
    assert.deepEqual(await left(), [false, false, false]);
  });

  it("are no hindrance when everything is destroyed, whatever state it is in", async () => {
    const applications = { other: `other, ${health}` };
    await assert.rejects(up({ "other/other.yaml": playing("other", "crash") }, applications), /HEALTH_TIMEOUT/);
    const engine = await openTestEngine(project, cluster.kubeconfig);
    await engine.destroy({});
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
  });
});
