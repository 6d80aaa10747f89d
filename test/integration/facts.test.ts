import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.test.example.com }
spec:
  group: test.example.com
  scope: Namespaced
  names: { plural: things, singular: thing, kind: Thing, listKind: ThingList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object } }
      subresources: { status: {} }
`;
const template = `apiVersion: v1
kind: ConfigMap
metadata: { name: seen }
data: { version: {{ .Capabilities.KubeVersion.Minor | quote }}, thing: {{ .Capabilities.APIVersions.Has "test.example.com/v1/Thing" | quote }} }
`;

describe("what charts see of a cluster", function () {
  this.timeout(600_000);
  let cluster: TestCluster;
  let project: TestProject;
  let document: string;

  before(async () => {
    [cluster, project] = await Promise.all([startTestCluster("facts"), createTestProject()]);
    const file = join(project.folder, "crd.yaml");
    await writeFile(file, definition);
    await cluster.kubectl("create", "-f", file);
    await cluster.kubectl("wait", "--for=condition=Established", "crd/things.test.example.com");
    const revision = await project.commit({
      "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "web/templates/a.yaml": template,
    });
    document = `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: config.git, local: true, revision: ${revision} }
clusters:
  eu: # ours
    kubeconfig: {}
    kubernetes: { version: "1.20" } # long ago
tenants: { shop: { namespaces: [shop] } }
applications: { web: { tenant: shop, path: web } }
`;
    await project.write("environments/dev.yaml", document);
  });
  after(async () => {
    await cluster.remove();
    await project.remove();
  });

  const run = (...args: readonly string[]) =>
    driftless(project, [...toolGroups.render, ...(args[0] === "preview" ? toolGroups.engine : [])], args, {
      env: { KUBECONFIG: cluster.kubeconfig },
    });
  const seen = async (): Promise<string> => (await run("render", "dev", "web")).stdout;

  it("is another version than the live one: a warning of preview", async () => {
    const { stderr, exitCode } = await run("preview", "dev");
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /environments\/dev\.yaml:6:3 \(clusters\.eu\): warning CLUSTER_DIFFERS The cluster "eu" runs Kubernetes 1\.[0-9.]+, but its charts were rendered for 1\.20\./,
    );
  });

  it("is compared with the cluster, and nothing is written without being told to", async () => {
    assert.match(await seen(), /version: "?20"?\n/);
    const { stdout, exitCode } = await run("facts", "dev", "--exit-code");
    assert.equal(exitCode, 2);
    assert.match(
      stdout,
      /eu +Kubernetes 1\.[0-9.]+ +the document says 1\.20 +1 API versions? beside the built-in ones/,
    );
    assert.match(stdout, /^ {2}\+ test\.example\.com\/v1\/Thing {2}on eu$/m);
    assert.equal(await readFile(join(project.folder, "environments/dev.yaml"), "utf8"), document);
  });

  it("is written into the document, comments and all, and is what charts see from then on", async () => {
    const { exitCode, stderr } = await run("facts", "dev", "--write");
    assert.equal(exitCode, 0, stderr);
    const text = await readFile(join(project.folder, "environments/dev.yaml"), "utf8");
    const [, version = ""] = /version: "(1\.[0-9]+\.[0-9]+)"/.exec(text) ?? [];
    assert.equal(
      text,
      document.replace('{ version: "1.20" }', `{ version: "${version}", apiVersions: [test.example.com/v1/Thing] }`),
    );
    const rendered = await seen();
    assert.match(rendered, /thing: "true"\n/);
    assert.ok(rendered.includes(`version: "${version.split(".")[1] ?? ""}"\n`), rendered);
    const { stdout } = await run("facts", "dev", "--exit-code");
    assert.match(stdout, /^environments\/dev\.yaml says what the clusters are\.$/m);
  });

  it("is an error to ask of a cluster that is gone", async () => {
    await project.write(
      "environments/gone.yaml",
      document.replace("name: dev", "name: gone").replace("{}", "{ path: gone.yaml }"),
    );
    const { exitCode } = await run("facts", "gone", "--write");
    assert.notEqual(exitCode, 0);
    assert.equal((await readFile(join(project.folder, "environments/gone.yaml"), "utf8")).includes("1.20"), true);
  });
});
