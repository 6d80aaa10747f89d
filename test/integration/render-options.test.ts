import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "mocha";
import type { RenderTools } from "../../core/render/renderer.ts";
import { failsWith, type GitRepo } from "../support/git-repo.ts";
import { plainOutput, renderCase, type Asked } from "../support/render-case.ts";
import { renderTools } from "../support/tools.ts";

const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const show = (expression: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata: {seen: {{ ${expression} | toJson | quote }}}\n`;

describe("rendering with the settings of an application", () => {
  let tools: RenderTools;
  const repos: GitRepo[] = [];
  before(async function () {
    this.timeout(600_000);
    tools = await renderTools();
  });
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.remove()));
  });

  const objects = async (files: Readonly<Record<string, string>>, asked: Asked) => {
    const { render } = await renderCase(files, repos);
    return (await render(asked)).manifests.map(({ object }) => object);
  };

  async function seen(files: Readonly<Record<string, string>>, helm: Asked["helm"] = {}): Promise<unknown> {
    const [object] = await objects({ "app/Chart.yaml": chart, ...files }, { helm });
    const data = object?.["data"] as { readonly seen?: string } | undefined;
    return JSON.parse(data?.seen ?? "null");
  }

  describe("Helm", () => {
    const files = {
      "app/values.yaml": "a: chart\nb: chart\nc: chart\nd: chart\n",
      "app/values/10-b.yaml": "a: ten\nb: ten\n",
      "app/values/9-a.yaml": "a: nine\n",
      "app/values/deep/x.yaml": "c: deep\n",
      "app/values/readme.md": "none",
      "shared/values.yaml": "d: shared\n",
      "app/templates/a.yaml": show(".Values"),
    };

    it("reads the values files that a pattern matches, in the order of their names, and ** at any depth", async () => {
      assert.deepEqual(await seen(files, { values: ["values/*.yaml"] }), {
        ...{ a: "nine", b: "ten", c: "chart", d: "chart" },
      });
      assert.deepEqual(await seen(files, { values: ["values/**/*.yaml", "/shared/values.yaml"] }), {
        ...{ a: "nine", b: "ten", c: "deep", d: "shared" },
      });
      assert.deepEqual(await seen(files, { values: ["../shared/value[a-s].yaml", "values/10-?.yaml"] }), {
        ...{ a: "ten", b: "ten", c: "chart", d: "shared" },
      });
    });

    it("takes a file whose name looks like a pattern as that file", async () => {
      const more = { ...files, "app/a[1].yaml": "a: odd\n", "app/a1.yaml": "a: one\n" };
      assert.deepEqual(await seen(more, { values: ["a[1].yaml"] }), { a: "odd", b: "chart", c: "chart", d: "chart" });
    });

    it("refuses values that are not there, unless they may be missing", async () => {
      for (const values of [["gone.yaml"], ["values/*.yml"]]) {
        await failsWith("PATH_NOT_FOUND", seen(files, { values }));
        const found = await seen(files, { values, ignoreMissingValues: true });
        assert.deepEqual(found, { a: "chart", b: "chart", c: "chart", d: "chart" });
      }
      await failsWith("PATH_ESCAPE", seen(files, { values: ["../../x.yaml"], ignoreMissingValues: true }));
    });

    it("lays the values of the document over those of all files, as plain Helm does with a last file", async () => {
      const valuesObject = { a: { list: [1, 0.5, "1.10", true, null], text: "{{ x }}\n, =" }, b: "document" };
      const mine = await objects(
        { "app/Chart.yaml": chart, ...files },
        { helm: { values: ["values/*.yaml"], valuesObject } },
      );
      const plain = await plainOutput(
        { "app/Chart.yaml": chart, ...files, "last.json": JSON.stringify(valuesObject) },
        tools.helm,
        ["template", "app", "./app", "-f", "app/values/10-b.yaml", "-f", "app/values/9-a.yaml", "-f", "last.json"],
      );
      assert.deepEqual(mine, plain);
    });

    it("shows templates the Kubernetes version and the API versions that it is told, and the built-in ones", async () => {
      const template = show(
        'list .Capabilities.KubeVersion.Version (.Capabilities.APIVersions.Has "x.example.com/v1/Thing") (.Capabilities.APIVersions.Has "x.example.com/v1") (.Capabilities.APIVersions.Has "apps/v1/Deployment")',
      );
      const one = { "app/templates/a.yaml": template };
      assert.deepEqual(await seen(one), ["v1.36.0", false, false, true]);
      const told = { kubeVersion: "1.33", apiVersions: ["x.example.com/v1/Thing"] };
      assert.deepEqual(await seen(one, told), ["v1.33.0", true, true, true]);
    });

    it("refuses a chart that does not support the Kubernetes version", async () => {
      const files = { "app/Chart.yaml": `${chart}kubeVersion: ">=1.34.0"\n`, "app/templates/a.yaml": show("1") };
      const error = await failsWith("CHART_INVALID", seen(files, { kubeVersion: "1.33.9" }));
      assert.match(error.message, /1\.34\.0/);
      assert.equal(await seen(files, { kubeVersion: "1.34" }), 1);
    });

    it("leaves out CRDs, tests and the check of the schema where it is told to", async () => {
      const files = {
        "app/Chart.yaml": chart,
        "app/values.schema.json": '{"type":"object","required":["must"]}',
        "app/crds/a.yaml":
          "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\n",
        "app/templates/a.yaml": show("1"),
        "app/templates/t.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n`,
      };
      const kinds = async (helm: Asked["helm"]) =>
        (await objects(files, { helm: { ...helm } })).map(({ kind }) => kind);
      await failsWith("RENDER_FAILED", kinds({}));
      const skipSchemaValidation = true;
      assert.deepEqual(await kinds({ skipSchemaValidation }), ["CustomResourceDefinition", "ConfigMap", "Pod"]);
      assert.deepEqual(await kinds({ skipSchemaValidation, skipCrds: true, skipTests: true }), ["ConfigMap"]);
    });

    it("renders a dependency in another folder of the source that charts/ links to", async () => {
      const { render } = await renderCase(
        {
          "app/Chart.yaml": `${chart}dependencies: [{name: lib, version: 1.x, repository: "file://../lib"}]\n`,
          "app/charts/lib": { link: "../../lib" },
          "lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\n",
          "lib/templates/a.yaml": show(".Chart.Name"),
        },
        repos,
      );
      assert.deepEqual((await render()).manifests[0]?.object["data"], { seen: '"lib"' });
    });

    it("makes another result when any of the settings changed, and finds the old one again", async () => {
      const { render } = await renderCase({ "app/Chart.yaml": chart, "app/templates/a.yaml": show(".Values") }, repos);
      const settings: readonly NonNullable<Asked["helm"]>[] = [
        {},
        { valuesObject: { a: 1 } },
        { valuesObject: { a: 2 } },
        { kubeVersion: "1.30" },
        { apiVersions: ["a.b/v1"] },
        { skipCrds: true },
        { skipTests: true },
        { skipSchemaValidation: true },
      ];
      for (const expected of [false, true])
        for (const helm of settings) assert.equal((await render({ helm })).cached, expected, JSON.stringify(helm));
    });
  });

  describe("Kustomize", () => {
    const none = { components: [], labels: {}, annotations: {}, patches: [], replicas: {} };
    const files = {
      "app/kustomization.yaml": "resources: [web.yaml]\nnamePrefix: own-\n",
      "app/web.yaml": [
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n",
        "  selector: {matchLabels: {app: web}}\n",
        "  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: a}]}\n",
      ].join(""),
      "shared/debug/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |\n    - {op: add, path: /metadata/annotations, value: {debug: 'on'}}\n",
      "shared/debug/extra.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n",
      "shared/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {paused: true}\n",
    };

    it("lays components, names, labels, annotations, patches and replicas over the kustomization, as Kustomize does", async () => {
      const kustomize = {
        components: ["/shared/debug"],
        namespace: "other",
        namePrefix: "a-",
        nameSuffix: "-z",
        labels: { team: "shop" },
        annotations: { contact: "shop@example.com" },
        patches: [
          { path: "../shared/patch.yaml" },
          {
            patch: "- {op: replace, path: /spec/minReadySeconds, value: 3}",
            target: { kind: "Deployment", name: "web" },
          },
        ],
        replicas: { web: 3 },
      };
      const { render } = await renderCase(files, repos);
      const { manifests } = await render({ kustomize });
      const plain = await plainOutput(
        {
          ...files,
          "kustomization.yaml": [
            "resources: [app]\ncomponents: [shared/debug]\nnamespace: other\nnamePrefix: a-\nnameSuffix: -z",
            "labels: [{pairs: {team: shop}}]\ncommonAnnotations: {contact: shop@example.com}",
            "patches:\n- path: shared/patch.yaml\n- patch: '- {op: replace, path: /spec/minReadySeconds, value: 3}'\n  target: {kind: Deployment, name: web}",
            "replicas: [{name: web, count: 3}]\n",
          ].join("\n"),
        },
        tools.kustomize,
        ["build", "."],
      );
      assert.deepEqual(
        manifests.map(({ object }) => object),
        plain,
      );
      assert.deepEqual(manifests.map(({ object, origin }) => [object.metadata.name, origin.path, origin.line]).sort(), [
        ["a-extra-z", "shared/debug/extra.yaml", 1],
        // A patch that replaces all annotations takes with them where the object comes from.
        ["a-own-web-z", "shared/debug/kustomization.yaml", undefined],
      ]);
    });

    it("leaves a kustomization without settings as it is", async () => {
      const { render } = await renderCase(files, repos);
      assert.deepEqual((await render({ kustomize: none })).manifests, (await render()).manifests);
    });

    const refused = [
      ["REMOTE_BASE_DENIED", "kustomize.components.0", { components: ["https://example.com/c?ref=main"] }],
      ["PATH_ESCAPE", "kustomize.components.0", { components: ["../../c"] }],
      ["PATH_ESCAPE", "kustomize.components.0", { components: ["/../c"] }],
      ["PATH_NOT_FOUND", "kustomize.components.0", { components: ["/shared"] }],
      ["PATH_NOT_FOUND", "kustomize.components.0", { components: ["/shared/patch.yaml"] }],
      ["PATH_NOT_FOUND", "kustomize.patches.0.path", { patches: [{ path: "gone.yaml" }] }],
      ["PATH_ESCAPE", "kustomize.patches.0.path", { patches: [{ path: "../../p.yaml" }] }],
    ] as const;
    for (const [code, field, settings] of refused)
      it(`refuses ${JSON.stringify(settings)} before Kustomize starts`, async () => {
        const { render } = await renderCase(files, repos);
        const missing = { ...tools, kustomize: { path: "/nonexistent", version: "none" } };
        const error = await failsWith(code, render({ kustomize: { ...none, ...settings } }, { tools: missing }));
        assert.deepEqual(
          error.findings.map(({ place }) => place?.field),
          [field],
        );
      });

    it("refuses settings for a folder without a kustomization", async () => {
      const { render } = await renderCase({ "app/a.yaml": files["shared/debug/extra.yaml"] }, repos);
      await failsWith("CONFIG_INVALID", render({ kustomize: none }));
    });

    it("makes another result when a setting or a component changed", async () => {
      const { render, repo } = await renderCase(files, repos);
      const kustomize = { ...none, components: ["/shared/debug"] };
      assert.equal((await render({ kustomize })).cached, false);
      assert.equal((await render({ kustomize })).cached, true);
      assert.equal((await render({ kustomize: { ...kustomize, nameSuffix: "-x" } })).cached, false);
      const changed = {
        ...files,
        "shared/debug/extra.yaml": files["shared/debug/extra.yaml"].replace("extra", "more"),
      };
      assert.equal((await (await renderCase(changed, [], repo)).render({ kustomize })).cached, false);
    });
  });
});
