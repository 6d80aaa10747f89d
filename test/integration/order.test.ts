import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { environmentText } from "../support/environment-text.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { deployment } from "../support/sample.ts";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets, singular: widget, listKind: WidgetList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

const inWave = (kind: string, apiVersion: string, name: string, wave: number): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, annotations: { driftless.dev/wave: "${wave}" } }\n`;

/** Gets ready some seconds after it was created. */
const late = deployment("web").replace(
  "labels: { app: web } }\n    spec",
  "labels: { app: web }, annotations: { test.driftless.dev/play: late } }\n    spec",
);

describe("the order of a delivery", function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let project: TestProject;

  before(async () => {
    cluster = await startTestCluster("order");
    project = await createTestProject();
    const revision = await project.commit({
      "web/kinds.yaml": definition,
      "web/web.yaml": [
        late,
        inWave("ConfigMap", "v1", "last", 3),
        inWave("Widget", "example.com/v1", "late", 3),
        inWave("Widget", "example.com/v1", "early", -2),
        inWave("ConfigMap", "v1", "first", -2),
        inWave("ConfigMap", "v1", "second", -1),
      ].join("---\n"),
    });
    const allow = {
      clusterKinds: ["CustomResourceDefinition.apiextensions.k8s.io"],
      namespacedKinds: ["Widget.example.com"],
    };
    const document = environmentText(revision, {
      clusters: { eu: { kubeconfig: {} } },
      tenants: { payments: { namespaces: ["payments"], podSecurity: "baseline", allow } },
      applications: { web: { tenant: "payments", path: "web" } },
    });
    await project.write("environments/dev.yaml", document);
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const read = async (what: string, path: string): Promise<string> =>
    cluster.kubectl("-n", "payments", "get", what, "-o", `jsonpath={${path}}`);
  const revisionOf = async (what: string): Promise<number> => Number(await read(what, ".metadata.resourceVersion"));

  it("previews and creates a definition and objects of its kind in one run, waves and all", async () => {
    const engine = await openTestEngine(project, cluster.kubeconfig);
    const options = await runOptions(project);
    const previewed = await engine.preview(options);
    const planned = previewed.changes.filter(({ owner }) => owner === "application/web");
    assert.deepEqual(
      planned.map(({ action, kind }) => `${action} ${kind}`).sort(),
      [
        ...Array.from({ length: 3 }, () => "create ConfigMap"),
        "create CustomResourceDefinition.apiextensions.k8s.io",
        "create Deployment.apps",
        "create Widget.example.com",
        "create Widget.example.com",
      ].sort(),
    );
    const done = await engine.up(options);
    assert.equal(done.counts.create, previewed.counts.create);
  });

  it("creates each wave behind the one before, and behind a workload only when it is healthy", async () => {
    const [first, second, last] = [
      await revisionOf("configmap/first"),
      await revisionOf("configmap/second"),
      await revisionOf("configmap/last"),
    ];
    assert.ok(first < second && second < last, `${first}, ${second}, ${last}`);
    assert.ok((await revisionOf("widget/early")) < second);
    assert.ok((await revisionOf("widget/late")) > second);
    const available = await read("deployment/web", '.status.conditions[?(@.type=="Available")].lastTransitionTime');
    const created = await read("configmap/last", ".metadata.creationTimestamp");
    assert.ok(available <= created, `available at ${available}, next wave at ${created}`);
  });

  it("finds nothing to do afterwards", async () => {
    const engine = await openTestEngine(project, cluster.kubeconfig);
    const { changes, waits } = await engine.preview(await runOptions(project));
    assert.deepEqual([changes, waits], [[], []]);
  });
});
