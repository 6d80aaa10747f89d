import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { PlainPulumi } from "../support/plain-pulumi.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

function autoscaler(version: string): string {
  return `apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`;
}

describe("the identity of what runs", () => {
  let cluster: TestCluster;
  let project: TestProject;
  let pulumi: PlainPulumi;

  async function pin(
    files: Readonly<Record<string, string | null>>,
    applications: Readonly<Record<string, string>>,
  ): Promise<void> {
    const revision = await project.commit(files);
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
  }

  function uid(kind: string, name: string): Promise<string> {
    return cluster.kubectl("-n", "payments", "get", kind, name, "-o", "jsonpath={.metadata.uid}");
  }

  before(async () => {
    cluster = await startTestCluster("identity");
    project = await createTestProject();
    pulumi = await PlainPulumi.create(project, { KUBECONFIG: cluster.kubeconfig });
    await pin(
      {
        "web/web.yaml": deployment("web"),
        "web/autoscaler.yaml": autoscaler("v1"),
        "web/settings.yaml": configMap("settings"),
        "api/api.yaml": configMap("api"),
      },
      { web: "web", api: "api" },
    );
    await pulumi.must(["stack", "init", "dev"]);
    await pulumi.must(["up", "-y", "--skip-preview", "-s", "dev"]);
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  it("is written down: a change of any of these names replaces live objects of every user", async () => {
    const state = await pulumi.must(["stack", "export", "-s", "dev"]);
    const urns = [...state.matchAll(/"urn": "(urn:pulumi:[^"]*)"/g)].map(([, urn]) => urn);
    const environment = "urn:pulumi:dev::driftless::driftless:index:Environment";
    for (const urn of [
      `${environment}::dev`,
      `${environment}$driftless:index:Cluster::eu`,
      `${environment}$driftless:index:Cluster$pulumi:providers:kubernetes::eu-provider`,
      `${environment}$driftless:index:Tenant::payments`,
      `${environment}$driftless:index:Tenant$kubernetes:core/v1:Namespace::eu/_/Namespace/payments`,
      `${environment}$pulumi:index:Stash::drift/baseline`,
      `${environment}$driftless:index:Tenant$pulumi:index:Stash::tenant/payments/ready`,
      `${environment}$driftless:index:Application::web`,
      `${environment}$driftless:index:Application$pulumi:index:Stash::application/web/ready`,
      `${environment}$driftless:index:Application$kubernetes:apps/v1:Deployment::eu/payments/Deployment.apps/web`,
      `${environment}$driftless:index:Application$kubernetes:core/v1:ConfigMap::eu/payments/ConfigMap/settings`,
    ]) {
      assert.ok(urns.includes(urn), `${urn} is not in the state`);
    }
  });

  it("survives a new API version of the object, forward and back", async () => {
    const before = await uid("hpa", "web");
    for (const version of ["v2", "v1"]) {
      await pin({ "web/autoscaler.yaml": autoscaler(version) }, { web: "web", api: "api" });
      const steps = await pulumi.steps("dev");
      const resource = `kubernetes:autoscaling/${version}:HorizontalPodAutoscaler::eu/payments/HorizontalPodAutoscaler.autoscaling/web`;
      assert.deepEqual(
        steps.filter(({ resource }) => resource.includes("HorizontalPodAutoscaler")),
        [{ op: "update", resource }],
      );
      await pulumi.must(["up", "-y", "--skip-preview", "-s", "dev"]);
      assert.equal(await uid("hpa", "web"), before);
    }
  });

  it("survives new credentials and a new name of the context in the kubeconfig", async () => {
    const before = await uid("deployment", "web");
    const kubeconfig = await readFile(cluster.kubeconfig, "utf8");
    const rotated = join(project.folder, "rotated");
    await writeFile(rotated, kubeconfig.replaceAll(cluster.context, "renamed"));
    const env = { KUBECONFIG: rotated };
    const steps = await pulumi.steps("dev", env);
    assert.deepEqual(
      steps.toSorted((left, right) => (left.resource < right.resource ? 1 : -1)),
      [
        { op: "update", resource: "pulumi:providers:kubernetes::eu/payments-provider" },
        { op: "update", resource: "pulumi:providers:kubernetes::eu-provider" },
      ],
    );
    await pulumi.must(["up", "-y", "--skip-preview", "-s", "dev"], env);
    assert.equal(await uid("deployment", "web"), before);
  });

  it("survives a move from one application to another", async () => {
    const before = await uid("configmap", "settings");
    await pin({ "web/settings.yaml": null, "api/settings.yaml": configMap("settings") }, { web: "web", api: "api" });
    const steps = await pulumi.steps("dev");
    assert.ok(!steps.some(({ op }) => op !== "update"), JSON.stringify(steps));
    await pulumi.must(["up", "-y", "--skip-preview", "-s", "dev"]);
    assert.equal(await uid("configmap", "settings"), before);
  });

  it("is adopted, not doubled, when the state was lost", async () => {
    const before = await uid("deployment", "web");
    await pulumi.must(["stack", "init", "empty"]);
    await project.write(
      "environments/empty.yaml",
      (await readFile(join(project.folder, "environments/dev.yaml"), "utf8")).replace("name: dev", "name: empty"),
    );
    await pulumi.must(["up", "-y", "--skip-preview", "-s", "empty"], { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" });
    assert.equal(await uid("deployment", "web"), before);
  });
});
