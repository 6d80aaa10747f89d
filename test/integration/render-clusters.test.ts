import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { buildEnvironment } from "../../core/environment/load.ts";
import { readYaml } from "../../core/environment/yaml.ts";
import { openSource } from "../../core/git/source.ts";
import { renderEach, renderWarnings } from "../../core/plan/render-all.ts";
import { failsWith, GitRepo } from "../support/git-repo.ts";
import { renderTools } from "../support/tools.ts";

const document = `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: "https://git.example.com/x.git", revision: ${"a".repeat(40)} }
clusters:
  eu: { local: { name: eu }, kubernetes: { version: "1.33", apiVersions: [a.example.com/v1/A] } }
  us: { local: { name: us }, kubernetes: { version: "1.35" } }
tenants: { shop: { namespaces: [shop] } }
applications:
  web: { tenant: shop, path: web }
`;
const chart = (data: string): Readonly<Record<string, string>> => ({
  "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  "web/templates/a.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ ${data} | quote }}}\n`,
});

describe("an application on clusters that are not the same", () => {
  const repos: GitRepo[] = [];
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.remove()));
  });

  async function render(files: Readonly<Record<string, string>>, text = document) {
    const repo = await GitRepo.create();
    repos.push(repo);
    const { tree } = await openSource(repo.source(await repo.commit(files)), repo.context);
    const { spec, locate } = buildEnvironment("dev", readYaml(text, "dev.yaml"), undefined);
    const context = { tools: await renderTools(), cache: repo.context.cache };
    const { rendered, failed } = await renderEach({ spec, tree, locate }, context);
    if (failed !== undefined) throw failed.error;
    return rendered;
  }

  it("is rendered as long as its chart makes the same objects for all of them", async () => {
    const rendered = await render(chart('semverCompare ">=1.30-0" .Capabilities.KubeVersion.Version'));
    assert.deepEqual(rendered.get("web")?.manifests[0]?.object["data"], { a: "true" });
  });

  it("is refused when its chart makes others, and the clusters are named", async () => {
    const error = await failsWith("RENDER_FAILED", render(chart(".Capabilities.KubeVersion.Minor")));
    assert.match(error.message, /for "eu" \(Kubernetes 1\.33\) than for "us" \(Kubernetes 1\.35\)/);
    assert.match(error.message, /^dev\.yaml:10:/);
    await failsWith("RENDER_FAILED", render(chart('.Capabilities.APIVersions.Has "a.example.com/v1"')));
  });

  it("is rendered when it says itself what its chart is to see", async () => {
    const text = document.replace("path: web", 'path: web, helm: { kubeVersion: "1.34", apiVersions: [] }');
    const rendered = await render(chart(".Capabilities.KubeVersion.Minor"), text);
    assert.deepEqual(rendered.get("web")?.manifests[0]?.object["data"], { a: "34" });
  });

  it("does not care when it is no chart", async () => {
    const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    assert.equal((await render({ "web/a.yaml": manifest })).get("web")?.manifests.length, 1);
  });

  it("has the warnings of its chart under its name", async () => {
    const [warning] = renderWarnings(await render(chart('lookup "v1" "Secret" "" "" | len')));
    assert.equal(warning?.code, "CHART_IMPURE");
    assert.match(warning.message, /^Application "web": The chart calls lookup: /);
    assert.deepEqual(warning.place, { file: "web/templates/a.yaml", line: 4 });
  });
});
