import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, before, beforeEach, describe, it } from "mocha";
import type { DriftlessError } from "../../core/errors/error.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import type { RenderTools } from "../../core/render/renderer.ts";
import { computeDev, refusal } from "../support/compute.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { renderTools } from "../support/tools.ts";

const document = (revision: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: config.git, local: true, revision: "${revision}", images: images.yaml }
clusters: { main: { local: { name: dev } } }
tenants:
  shop: { namespaces: [shop] }
applications:
  plain: { tenant: shop, path: plain, dependsOn: [chart] }
  overlay: { tenant: shop, path: overlay }
  chart: { tenant: shop, path: chart }
`;

const deployment = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: web, image: "${image}" }] }
`;
const secret = (value: string): string => `apiVersion: v1
kind: Secret
metadata: { name: token }
stringData: { value: ${value} }
`;

const files: Readonly<Record<string, string>> = {
  "images.yaml": "images: { example.com/web: { tag: v2 } }\n",
  "plain/web.yaml": `${deployment("web", "example.com/web:v1")}---\n${secret("one")}`,
  "overlay/kustomization.yaml": "resources: [api.yaml]\nnamePrefix: my-\n",
  "overlay/api.yaml": deployment("api", "example.com/web:v1"),
  "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
  "chart/templates/worker.yaml": deployment("{{ .Release.Name }}-worker", "example.com/web:v1"),
  "chart/templates/migrate.yaml": `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: pre-install, helm.sh/hook-weight: "-5" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: "example.com/web:v1" }] } } }
`,
  "chart/templates/tests/smoke.yaml": `apiVersion: v1
kind: Pod
metadata: { name: smoke, annotations: { helm.sh/hook: test } }
spec: { containers: [{ name: m, image: "example.com/web:v1" }] }
`,
};

describe("computePlan", () => {
  let tools: RenderTools;
  let project: TestProject;

  before(async function () {
    this.timeout(600_000);
    tools = await renderTools();
  });
  beforeEach(async () => {
    project = await createTestProject();
  });
  afterEach(() => project.remove());

  const compute = (revision?: string) => computeDev(project, tools, revision);
  const refused = (revision?: string): Promise<DriftlessError> => refusal(compute(revision), project);
  const pin = async (changes: Readonly<Record<string, string | null>> = {}): Promise<string> => {
    const revision = await project.commit({ ...files, ...changes });
    await project.write("environments/dev.yaml", document(revision));
    return revision;
  };

  it("goes from an environment document to objects with the real Git, Kustomize and Helm", async () => {
    const revision = await pin();
    const { plan, warnings, from, environment } = await compute();
    assert.equal(plan.revision, revision);
    assert.equal(from, "fetched");
    assert.equal(environment.spec.source.revision, revision);
    assert.deepEqual(
      plan.applications.map(({ name, renderer, objects }) => [name, renderer, objects.map((o) => o.resourceName)]),
      [
        ["chart", "helm", ["main/shop/Deployment.apps/chart-worker"]],
        ["overlay", "kustomize", ["main/shop/Deployment.apps/my-api"]],
        ["plain", "manifests", ["main/shop/Secret/token", "main/shop/Deployment.apps/web"]],
      ],
    );
    assert.deepEqual(
      plan.applications.flatMap(({ hooks }) => hooks.map((hook) => [hook.phase, hook.wave, hook.resourceName])),
      [["pre-deploy", -5, "main/shop/Job.batch/migrate"]],
    );
    const all = JSON.stringify(plan.applications);
    assert.equal(all.match(/example\.com\/web:v2/g)?.length, 4);
    assert.ok(!all.includes("web:v1"));
    assert.deepEqual(
      warnings.map(({ code, place }) => [code, place?.file]),
      [["HOOK_NOT_RUN", "chart/templates/tests/smoke.yaml"]],
    );
  });

  it("gives the same plan again, without Git and from the cache", async () => {
    await pin();
    const first = await compute();
    await rm(join(project.folder, "config.git"), { recursive: true });
    const second = await compute();
    assert.deepEqual(second.plan, first.plan);
    assert.equal(second.from, "cache");
    assert.ok([...second.rendered.values()].every(({ cached }) => cached));
  });

  it("tells what a move of the pin changes", async () => {
    const before = await pin();
    const after = await project.commit({
      "images.yaml": "images: { example.com/web: { tag: v3 } }\n",
      "plain/web.yaml": `${deployment("web", "example.com/web:v1")}---\n${secret("two")}`,
      "overlay/api.yaml": deployment("renamed", "example.com/other:v1"),
    });
    const { changes, counts } = diffPlans((await compute(before)).plan, (await compute(after)).plan);
    assert.deepEqual(
      changes.map(({ action, owner, name, fields }) => [action, owner, name, fields.map(({ path }) => path)]),
      [
        ["update", "application/chart", "chart-worker", ["spec.template.spec.containers[name=web].image"]],
        ["update", "application/chart", "migrate", ["spec.template.spec.containers[name=m].image"]],
        ["create", "application/overlay", "my-renamed", []],
        ["update", "application/plain", "token", ["stringData.value"]],
        ["update", "application/plain", "web", ["spec.template.spec.containers[name=web].image"]],
        ["delete", "application/overlay", "my-api", []],
      ],
    );
    assert.equal(counts.update, 4);
    assert.ok(!/"(one|two)"/.test(JSON.stringify(changes)));
  });

  it("collects the errors of all applications, each with its name and place", async () => {
    await pin({
      "plain/web.yaml": "kind: [\n",
      "overlay/kustomization.yaml": "resources: [gone.yaml]\n",
      "chart/templates/worker.yaml": '{{ fail "no" }}',
    });
    const { findings } = await refused();
    const applications = new Set(findings.map(({ message }) => /^Application "(\w+)"/.exec(message)?.[1]));
    assert.deepEqual(applications, new Set(["chart", "overlay", "plain"]));
    assert.ok(findings.every(({ place }) => place !== undefined));
  });

  it("collects what is wrong with rendered objects, before anything exists", async () => {
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n";
    const elsewhere = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: kube-system }\n";
    const list = `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: List, items: [${JSON.stringify({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "mine" },
    })}] }\n`;
    await pin({
      "plain/more.yaml": [namespace, elsewhere, list].join("---\n"),
      "overlay/kustomization.yaml": "resources: [api.yaml]\nnamespace: kube-system\n",
    });
    const { findings } = await refused();
    assert.deepEqual(
      findings.map(({ code, place }) => [code, place?.file, place?.line]),
      [
        ["SCOPE_DENIED", "overlay/api.yaml", 1],
        ["SCOPE_DENIED", "plain/more.yaml", 1],
        ["SCOPE_DENIED", "plain/more.yaml", findings[2]?.place?.line],
        ["SCOPE_DENIED", "plain/more.yaml", 5],
      ],
    );
  });

  it("refuses a plan without its policy pack", async () => {
    await pin();
    await rm(join(project.folder, "policies"));
    const error = await refused();
    assert.equal(error.code, "POLICY_UNAVAILABLE");
    assert.equal(error.findings[0].place?.field, "policy.packs");
  });

  it("refuses a missing images file and a commit that does not exist, at their fields", async () => {
    const revision = await pin({ "images.yaml": null });
    const missing = await refused();
    assert.equal(missing.code, "PATH_NOT_FOUND");
    assert.equal(missing.findings[0].place?.field, "source.images");
    assert.match(missing.message, new RegExp(`"images.yaml" does not exist at commit ${revision}`));

    await project.write("environments/dev.yaml", document("0".repeat(40)));
    const unknown = await refused();
    assert.equal(unknown.code, "COMMIT_NOT_FOUND");
    assert.equal(unknown.findings[0].place?.field, "source.revision");
    assert.match(unknown.findings[0].fix, /`driftless pin dev`/);

    const given = await refused("0".repeat(40));
    assert.equal(given.findings[0].place, undefined, "it was written nowhere");
    assert.match(given.findings[0].fix, /^Check the id/);
  });

  it("refuses another revision that is not a full commit id", async () => {
    const revision = await pin();
    for (const given of ["main", revision.slice(0, 7), "HEAD~1"]) {
      const error = await refused(given);
      assert.equal(error.code, "REVISION_INVALID");
      assert.equal(error.findings[0].place, undefined);
      assert.match(error.findings[0].fix, /`git rev-parse /);
    }
  });

  it("plans another commit although the pin is none", async () => {
    const revision = await pin();
    const { plan } = await compute();
    for (const wrong of [`"main"`, `""`, ""]) {
      await project.write("environments/dev.yaml", document(revision).replace(`"${revision}"`, wrong));
      assert.deepEqual((await compute(revision)).plan, plan);
    }
  });

  it("refuses an application that renders to nothing", async () => {
    await pin({ "plain/web.yaml": "# nothing\n" });
    const error = await refused();
    assert.equal(error.code, "RENDER_FAILED");
    assert.equal(error.findings[0].place?.field, "applications.plain.path");
  });
});
