import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { PreviewResult } from "../../automation/engine/types.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { ApiServer } from "../../live/api-server.ts";
import { ownedObjects } from "../../live/owned.ts";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

const namespacedKinds = ["Endpoints"];
const ours = "app.kubernetes.io/managed-by=driftless";
const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const endpoints = `apiVersion: v1
kind: Endpoints
metadata: { name: by-hand }
subsets: [{ addresses: [{ ip: 192.0.2.1 }], ports: [{ port: 80 }] }]
`;
const kept = configMap("kept").replace(
  "metadata: { name: kept }",
  'metadata: { name: kept, annotations: { driftless.dev/prune: "disabled" } }',
);

describe("objects that neither the plan nor the state knows", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: TestProject;

  before(async () => {
    cluster = await startTestCluster("orphans");
    project = await createTestProject();
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  /** Moves the pin to a commit with exactly these files in the folder of the application. */
  async function pin(files: Readonly<Record<string, string | null>>): Promise<void> {
    const entries = Object.entries(files).map(([name, text]): [string, string | null] => [`app/${name}.yaml`, text]);
    const revision = await project.commit(Object.fromEntries<string | null>(entries));
    const document = environmentDocument(revision, { applications: { app: "app" }, namespacedKinds });
    await project.write("environments/dev.yaml", document);
  }

  async function preview(): Promise<PreviewResult> {
    return (await openTestEngine(project, cluster.kubeconfig)).preview(await runOptions(project));
  }

  async function up(): Promise<void> {
    const engine = await openTestEngine(project, cluster.kubeconfig);
    const options = await runOptions(project);
    await engine.preview(options);
    await engine.up(options);
  }

  /** As if the project had never been used: no state, no copies of it. */
  async function loseState(): Promise<void> {
    const folder = join(project.folder, ".driftless");
    await rm(join(folder, "state", ".pulumi", "stacks"), { recursive: true });
    await rm(join(folder, "backups"), { recursive: true });
  }

  const names = async (kind: string): Promise<readonly string[]> =>
    (await cluster.kubectl("get", kind, "-n", "payments", "-l", ours, "-o", "name")).split("\n").filter(Boolean);

  it("are none although controllers copy our metadata onto what they make", async () => {
    await pin({ web: deployment("web"), service, endpoints, one: configMap("one"), two: configMap("two"), kept });
    await up();
    await cluster.kubectl("wait", "deployment/web", "-n", "payments", "--for=condition=Available", "--timeout=60s");
    // Else there is nothing to be confused by.
    assert.notDeepEqual(await names("endpointslices"), []);
    assert.ok((await names("endpoints")).includes("endpoints/web"));
    const { changes, diagnostics } = await preview();
    assert.deepEqual(changes, []);
    assert.deepEqual(diagnostics, []);
  });

  it("are found by asking once for every kind that the cluster serves", async () => {
    const { spec } = await loadEnvironment(project.folder, "dev");
    const context = { project: project.folder, env: { KUBECONFIG: cluster.kubeconfig } };
    const server = await ApiServer.open("eu", spec.clusters["eu"] ?? assert.fail(), context);
    const { objects, unlisted } = await ownedObjects("dev", server);
    assert.deepEqual(unlisted, []);
    const found = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    for (const each of ["Namespace payments", "Deployment web", "Service web", "Endpoints by-hand", "ConfigMap one"]) {
      assert.ok(found.includes(each), each);
    }
    for (const each of ["Endpoints web", "ConfigMap kept"]) assert.ok(!found.includes(each), each);
    assert.deepEqual(
      found.filter((each) => /^(EndpointSlice|ReplicaSet|Pod) /.test(each)),
      [],
    );
  });

  it("are shown as deletions and deleted by an update, and nothing that somebody copied or wants to keep", async () => {
    const copy = JSON.parse(await cluster.kubectl("get", "configmap", "one", "-n", "payments", "-o", "json")) as {
      metadata: { name: string; uid?: string; resourceVersion?: string; managedFields?: unknown };
    };
    copy.metadata = { ...copy.metadata, name: "copy-by-hand" };
    for (const field of ["uid", "resourceVersion", "managedFields"] as const) delete copy.metadata[field];
    const file = join(project.folder, "copy.json");
    await writeFile(file, JSON.stringify(copy));
    await cluster.kubectl("apply", "-f", file);

    await loseState();
    await pin({ web: null, service: null, endpoints: null, two: null, kept: null });
    const { changes, counts } = await preview();
    const orphans = changes.filter(({ orphan }) => orphan === true);
    assert.deepEqual(orphans.map(({ action, kind, name, owner }) => [action, kind, name, owner].join(" ")).toSorted(), [
      "delete ConfigMap two application/app",
      "delete Deployment.apps web application/app",
      "delete Endpoints by-hand application/app",
      "delete Service web application/app",
    ]);
    assert.equal(counts.delete, 4);

    await up();
    assert.deepEqual((await names("configmaps")).toSorted(), [
      "configmap/copy-by-hand",
      "configmap/kept",
      "configmap/one",
    ]);
    assert.deepEqual(await names("deployments,services,endpoints"), []);
    assert.deepEqual((await preview()).changes, []);
  });

  it("are left alone and named where they belong to an application that this environment does not have", async () => {
    const revision = await project.commit({ "app/two.yaml": configMap("two") });
    await project.write(
      "environments/dev.yaml",
      environmentDocument(revision, { applications: { app: "app" }, namespacedKinds }),
    );
    await up();
    await loseState();
    await project.write(
      "environments/dev.yaml",
      environmentDocument(revision, { applications: { renamed: "app" }, namespacedKinds }),
    );
    const { changes } = await preview();
    assert.deepEqual(
      changes.filter(({ orphan }) => orphan === true),
      [],
    );
    const other = await project.commit({ "app/two.yaml": null });
    await project.write(
      "environments/dev.yaml",
      environmentDocument(other, { applications: { renamed: "app" }, namespacedKinds }),
    );
    const { diagnostics } = await preview();
    assert.match(diagnostics.map(({ message }) => message).join("\n"), /belongs? to nothing of it \(application app\)/);
    await project.write(
      "environments/dev.yaml",
      environmentDocument(other, { applications: { app: "app" }, namespacedKinds }),
    );
  });

  it("go with the environment when it is destroyed without a state", async () => {
    await loseState().catch(() => undefined);
    const engine = await openTestEngine(project, cluster.kubeconfig);
    const shown = await engine.destroy({ preview: true });
    assert.ok(shown.changes.some(({ kind, name }) => kind === "Namespace" && name === "payments"));
    const done = await engine.destroy({});
    assert.equal(done.counts.delete, shown.counts.delete);
    assert.equal(await cluster.kubectl("get", "namespaces", "-l", ours, "-o", "name"), "");
  });
});
