import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, before, describe, it } from "mocha";
import { openSource } from "../../core/git/source.ts";
import type { RenderRequest, RenderTools } from "../../core/render/renderer.ts";
import { renderApplication } from "../../core/render/render.ts";
import { GitRepo, type Content } from "../support/git-repo.ts";
import { renderTools } from "../support/tools.ts";

const configMap = (name: string, extra = ""): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${extra}`;

describe("renderApplication", () => {
  let tools: RenderTools;
  const repos: GitRepo[] = [];

  before(async function () {
    this.timeout(600_000);
    tools = await renderTools();
  });
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.remove()));
  });

  async function commit(files: Readonly<Record<string, Content>>) {
    const repo = await GitRepo.create();
    repos.push(repo);
    const { tree } = await openSource(repo.source(await repo.commit(files)), repo.context);
    const { cache } = repo.context;
    const render = (
      path: string,
      helm: Partial<RenderRequest["helm"]> = {},
      kustomize?: RenderRequest["kustomize"],
    ) => {
      const request = {
        ...(kustomize === undefined ? {} : { kustomize }),
        application: "app",
        path,
        namespace: "shop",
        helm: { release: "app", values: [], ...helm },
        tree,
      };
      return renderApplication(request, { tools, cache });
    };
    return { tree, cache, render };
  }

  const summary = (result: Awaited<ReturnType<typeof renderApplication>>) =>
    result.manifests.map(({ object, origin }) => [`${object.kind}/${object.metadata.name}`, origin.path, origin.line]);

  it("reads plain manifests in the order of their paths, lists and documents in order", async () => {
    const { render } = await commit({
      "app/b.yaml": `${configMap("two")}---\n${configMap("three")}`,
      "app/a.json": JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } }),
      "app/sub/c.yml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: four}}\n",
      "app/readme.md": "not a manifest",
      "other/x.yaml": configMap("elsewhere"),
    });
    const result = await render("app");
    assert.equal(result.renderer, "manifests");
    assert.deepEqual(summary(result), [
      ["ConfigMap/one", "app/a.json", 1],
      ["ConfigMap/two", "app/b.yaml", 1],
      ["ConfigMap/three", "app/b.yaml", 6],
      ["Secret/four", "app/sub/c.yml", 4],
    ]);
  });

  it("renders a kustomize overlay and traces every object to its file and line", async () => {
    const { render } = await commit({
      "base/kustomization.yaml":
        "resources: [objects.yaml]\nconfigMapGenerator:\n- name: generated\n  files: [key=data.txt]\n",
      "base/data.txt": "hello",
      "base/objects.yaml": `${configMap("one")}---\n${configMap("two")}`,
      "app/kustomization.yaml": [
        "namespace: shop",
        "buildMetadata: [originAnnotations]",
        "resources: [../base/]",
        "patches: [{path: patch.yaml}]",
        "transformers:",
        "- |",
        "  apiVersion: builtin",
        "  kind: LabelTransformer",
        "  metadata: {name: labels}",
        "  labels: {team: shop}",
        "  fieldSpecs: [{path: metadata/labels, create: true}]",
        "",
      ].join("\n"),
      "app/patch.yaml": configMap("one", "  annotations: {patched: yes-please}\n"),
    });
    const result = await render("app");
    assert.equal(result.renderer, "kustomize");
    const named = (name: string) => result.manifests.find(({ object }) => object.metadata.name.startsWith(name));
    const [one, two, generated] = ["one", "two", "generated"].map(named);
    assert.deepEqual(one, {
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "one", namespace: "shop", labels: { team: "shop" }, annotations: { patched: "yes-please" } },
      },
      origin: { path: "base/objects.yaml", document: 1, line: 1 },
    });
    assert.deepEqual(two?.origin, { path: "base/objects.yaml", document: 2, line: 6 });
    assert.deepEqual(two?.object.metadata, { name: "two", namespace: "shop", labels: { team: "shop" } });
    assert.deepEqual(generated?.origin, { path: "base/kustomization.yaml", document: 1, line: 3 });
    assert.deepEqual(generated?.object["data"], { key: "hello" });
  });

  it("traces objects that kustomizations rename to their lines, whatever name they or others had before", async () => {
    const { render } = await commit({
      // Behind the suffix -z the first is called like the second, and the second like none.
      "base/objects.yaml": `${configMap("web")}---\n${configMap("web-z")}`,
      "base/kustomization.yaml": "resources: [objects.yaml]\nsecretGenerator:\n- name: login\n  literals: [user=a]\n",
      "twice/kustomization.yaml": "namePrefix: t-\nresources: [../base]\n",
      "part/kustomization.yaml": "kind: Component\nnamePrefix: c-\n",
      "app/namespace.yaml": "\napiVersion: v1\nkind: Namespace\nmetadata: {name: a-shop}\n",
      "app/kustomization.yaml": [
        "namePrefix: a-\nnameSuffix: -z\nresources: [../base, ../twice, namespace.yaml]\ncomponents: [../part]",
        "configMapGenerator:\n- name: plain\n  options: {disableNameSuffixHash: true}\n  literals: [a=b]\n",
      ].join("\n"),
      "own/kustomization.yaml": "resources: [../base]\ntransformers: [suffix.yaml]\n",
      "own/suffix.yaml":
        "apiVersion: builtin\nkind: SuffixTransformer\nmetadata: {name: s}\nsuffix: -z\nfieldSpecs: [{path: metadata/name}]\n",
    });
    const plain = { components: [], labels: {}, annotations: {}, patches: [], replicas: {} };
    const found = async (path: string, kustomize: RenderRequest["kustomize"]) => {
      const { manifests } = await render(path, {}, kustomize);
      return manifests
        .map(({ object, origin }) => {
          assert.deepEqual(object.metadata["annotations"], undefined);
          return `${object.metadata.name.replace(/-[a-z0-9]{10}$/, "-#")} ${origin.path}:${origin.line ?? ""}`;
        })
        .sort();
    };
    assert.deepEqual(await found("app", { ...plain, namePrefix: "o-", nameSuffix: "-y" }), [
      "a-shop app/namespace.yaml:2",
      "o-a-c-login-z-y-# base/kustomization.yaml:3",
      "o-a-c-plain-z-y app/kustomization.yaml:6",
      "o-a-c-t-login-z-y-# base/kustomization.yaml:3",
      "o-a-c-t-web-z-y base/objects.yaml:1",
      "o-a-c-t-web-z-z-y base/objects.yaml:6",
      "o-a-c-web-z-y base/objects.yaml:1",
      "o-a-c-web-z-z-y base/objects.yaml:6",
    ]);
    // What a transformer of its own has done is not told apart: no line is better than a wrong one.
    assert.deepEqual(await found("own", undefined), [
      "login-z-# base/kustomization.yaml:",
      "web-z base/objects.yaml:",
      "web-z-z base/objects.yaml:",
    ]);
  });

  it("renders a chart with values files in order, CRDs, a vendored dependency, and keeps hooks", async () => {
    const { render } = await commit({
      "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: sub, version: 1.x}\n",
      "app/values.yaml": "replicas: 1\n",
      "app/templates/a.yaml": `${configMap("{{ .Release.Name }}")}data: {replicas: "{{ .Values.replicas }}", namespace: "{{ .Release.Namespace }}"}\n`,
      "app/templates/hook.yaml": configMap("hook", "  annotations: {helm.sh/hook: pre-install}\n"),
      "app/crds/crd.yaml":
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\n",
      "app/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.2.3\n",
      "app/charts/sub/templates/b.yaml": configMap("sub"),
      "app/one.yaml": "replicas: 2\n",
      "values/a,b.yaml": "replicas: 3\n",
    });
    const result = await render("app", { release: "shop", values: ["one.yaml", "../values/a,b.yaml"] });
    assert.equal(result.renderer, "helm");
    assert.deepEqual(summary(result), [
      ["CustomResourceDefinition/a.example.com", "app/crds/crd.yaml", undefined],
      ["ConfigMap/sub", "app/charts/sub/templates/b.yaml", undefined],
      ["ConfigMap/shop", "app/templates/a.yaml", undefined],
      ["ConfigMap/hook", "app/templates/hook.yaml", undefined],
    ]);
    assert.deepEqual(result.manifests[2]?.object["data"], { replicas: "3", namespace: "shop" });
    assert.deepEqual(result.manifests[3]?.object.metadata["annotations"], { "helm.sh/hook": "pre-install" });
  });

  it("gives a chart no network, no DNS and no cluster to look into", async () => {
    const { render } = await commit({
      "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "app/templates/a.yaml": `${configMap("a")}data:\n  dns: {{ getHostByName "localhost" | quote }}\n  found: {{ lookup "v1" "Secret" "" "" | toJson | quote }}\n`,
    });
    const result = await render("app");
    assert.deepEqual(result.manifests[0]?.object["data"], { dns: "", found: "{}" });
  });

  it("finds the result again for a commit that changed other files only, and after the cache was damaged makes it anew", async () => {
    const files = { "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": configMap("a") };
    const first = await commit(files);
    const made = await first.render("app");
    assert.equal(made.cached, false);

    const second = await commit({ ...files, "app/notes.md": "new", "other/b.yaml": configMap("b") });
    const request = { application: "app", path: "app", namespace: "shop", helm: { release: "app", values: [] } };
    const renderSecond = () => renderApplication({ ...request, tree: second.tree }, { tools, cache: first.cache });
    const found = await renderSecond();
    assert.deepEqual(found, { ...made, cached: true });

    const [name = ""] = await readdir(join(first.cache, "render"));
    const file = join(first.cache, "render", name);
    await writeFile(file, (await readFile(file, "utf8")).replace('"a"', '"z"'));
    assert.deepEqual(await renderSecond(), made);
    assert.equal((await renderSecond()).cached, true);
  });

  it("makes another result when an input, a value or the version of the tool changed", async () => {
    const chart = {
      "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "app/templates/a.yaml": configMap("{{ .Values.label }}"),
    };
    const one = await commit({ ...chart, "app/v.yaml": "label: one\n", "app/w.yaml": "label: two\n" });
    const name = async (values: string[], over = tools) => {
      const request = {
        application: "app",
        path: "app",
        namespace: "shop",
        helm: { release: "app", values },
        tree: one.tree,
      };
      const { manifests, cached } = await renderApplication(request, { tools: over, cache: one.cache });
      return [manifests[0]?.object.metadata.name, cached];
    };
    assert.deepEqual(await name(["v.yaml"]), ["one", false]);
    assert.deepEqual(await name(["w.yaml"]), ["two", false]);
    assert.deepEqual(await name(["v.yaml", "w.yaml"]), ["two", false]);
    assert.deepEqual(await name(["v.yaml"], { ...tools, helm: { ...tools.helm, version: "other" } }), ["one", false]);
    assert.deepEqual(await name(["v.yaml"]), ["one", true]);
  });

  it("is safe when the same application is rendered many times at once", async () => {
    const { render, cache } = await commit({ "app/a.yaml": configMap("a") });
    const results = await Promise.all(Array.from({ length: 8 }, () => render("app")));
    assert.deepEqual(new Set(results.map((result) => result.manifests[0]?.object.metadata.name)), new Set(["a"]));
    assert.equal((await readdir(join(cache, "render"))).length, 1);
  });

  it("leaves no private folder behind, whether it succeeds or fails", async () => {
    const count = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("driftless-render-")).length;
    const { render } = await commit({
      "good/kustomization.yaml": "resources: [a.yaml]\n",
      "good/a.yaml": configMap("a"),
      "bad/kustomization.yaml": "unknownField: 1\n",
    });
    const before = await count();
    await render("good");
    await assert.rejects(render("bad"), { code: "RENDER_FAILED" });
    assert.equal(await count(), before);
  });

  it("stops when it is told to", async () => {
    const { tree, cache } = await commit({
      "app/kustomization.yaml": "resources: [a.yaml]\n",
      "app/a.yaml": configMap("a"),
    });
    const request = { application: "app", path: "app", namespace: "shop", helm: { release: "app", values: [] }, tree };
    await assert.rejects(renderApplication(request, { tools, cache, signal: AbortSignal.abort() }), {
      code: "INTERRUPTED",
    });
  });
});
