import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { after, afterEach, before, describe, it } from "mocha";
import type { ErrorCode } from "../../core/errors/codes.ts";
import { formatPlace, type Finding } from "../../core/errors/finding.ts";
import { openSource } from "../../core/git/source.ts";
import { renderApplication } from "../../core/render/render.ts";
import type { RenderTools } from "../../core/render/renderer.ts";
import { failsWith, GitRepo, type Content } from "../support/git-repo.ts";
import { renderTools } from "../support/tools.ts";

type Files = Readonly<Record<string, Content>>;

const object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghijklmnop"]
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghijklmnop"[index]}`).join(", ")}]\n`)
  .join("")}`;

describe("renderApplication, given hostile or broken input", () => {
  let tools: RenderTools;
  let trap: Server;
  let port = 0;
  let connections = 0;
  const repos: GitRepo[] = [];

  before(async function () {
    this.timeout(600_000);
    tools = await renderTools();
    trap = createServer((_, response) => response.end("{}"));
    trap.on("connection", () => (connections += 1));
    await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
    const address = trap.address();
    assert.ok(typeof address === "object" && address !== null);
    port = address.port;
  });
  after(() => trap.close());
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.remove()));
  });

  async function render(files: Files, values: readonly string[] = [], path = "app", over: Partial<RenderTools> = {}) {
    const repo = await GitRepo.create();
    repos.push(repo);
    const { tree } = await openSource(repo.source(await repo.commit(files)), repo.context);
    const request = { application: "app", path, namespace: "shop", helm: { release: "app", values }, tree };
    return renderApplication(request, { tools: { ...tools, ...over }, cache: repo.context.cache });
  }

  /** Fails with exactly these findings, `code place`; no tool is started. */
  async function refused(files: Files, expected: readonly string[], values: readonly string[] = []): Promise<void> {
    const none = { path: "/nonexistent", version: "none" };
    const [first = ""] = expected;
    const error = await failsWith(
      first.split(" ")[0] as ErrorCode,
      render(files, values, "app", { kustomize: none, helm: none }),
    );
    assert.deepEqual(error.findings.map(line), expected);
  }

  const line = ({ code, place }: Finding): string =>
    place === undefined ? code : `${code} ${formatPlace({ ...place, field: "" }).replace(/ \(\)$/, "")}`;

  describe("kustomize", () => {
    const denied: readonly (readonly [string, string])[] = [
      ["resources: [https://example.com/base?ref=main]", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["resources: ['https://example.com/r//../..?ref=main']", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["resources: [http://169.254.169.254/x]", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["resources: ['git@example.com:o/r']", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["resources: [github.com/owner/repo]", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["resources: ['git::https://example.com/r']", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["resources: [file:///etc]", "REMOTE_BASE_DENIED app/kustomization.yaml:1:13"],
      ["components: [https://example.com/c]", "REMOTE_BASE_DENIED app/kustomization.yaml:1:14"],
      ["resources: [../../outside/base]", "PATH_ESCAPE app/kustomization.yaml:1:13"],
      ["resources: [/etc]", "PATH_ESCAPE app/kustomization.yaml:1:13"],
      ["bases: [../..]", "PATH_ESCAPE app/kustomization.yaml:1:9"],
      ["components: [../../c]", "PATH_ESCAPE app/kustomization.yaml:1:14"],
      ["crds: [../../c.yaml]", "PATH_ESCAPE app/kustomization.yaml:1:8"],
      ["configurations: [/c.yaml]", "PATH_ESCAPE app/kustomization.yaml:1:18"],
      ["generators: [../../g.yaml]", "PATH_ESCAPE app/kustomization.yaml:1:14"],
      ["transformers: [/t.yaml]", "PATH_ESCAPE app/kustomization.yaml:1:16"],
      ["validators: [../../v.yaml]", "PATH_ESCAPE app/kustomization.yaml:1:14"],
      ["openapi: {path: ../../o.json}", "PATH_ESCAPE app/kustomization.yaml:1:11"],
      ["patches: [{path: ../../p.yaml}]", "PATH_ESCAPE app/kustomization.yaml:1:12"],
      ["patchesStrategicMerge: [../../p.yaml]", "PATH_ESCAPE app/kustomization.yaml:1:25"],
      ["patchesJson6902: [{path: /p.yaml}]", "PATH_ESCAPE app/kustomization.yaml:1:20"],
      ["replacements: [{path: ../../r.yaml}]", "PATH_ESCAPE app/kustomization.yaml:1:17"],
      ["configMapGenerator: [{name: a, files: [k=/etc/passwd]}]", "PATH_ESCAPE app/kustomization.yaml:1:40"],
      ["secretGenerator: [{name: a, envs: [../../e]}]", "PATH_ESCAPE app/kustomization.yaml:1:36"],
      ["secretGenerator: [{name: a, env: ../../e}]", "PATH_ESCAPE app/kustomization.yaml:1:29"],
      [
        "configMapGenerator: [{name: a, files: [https://example.com/f]}]",
        "REMOTE_BASE_DENIED app/kustomization.yaml:1:40",
      ],
      ["helmCharts: [{name: a, repo: 'https://example.com'}]", "OPTION_DENIED app/kustomization.yaml:1:1"],
      ["helmGlobals: {chartHome: /x}", "OPTION_DENIED app/kustomization.yaml:1:1"],
      ["resources: [missing.yaml]", "PATH_NOT_FOUND app/kustomization.yaml:1:13"],
      ["resources: [a.yaml, a.yaml/]\nbases: [a.yaml]", "PATH_NOT_FOUND app/kustomization.yaml:2:9"],
    ];
    for (const [text, expected] of denied)
      it(`refuses ${text.replaceAll("\n", "; ")} before Kustomize starts`, () =>
        refused({ "app/kustomization.yaml": `${text}\n`, "app/a.yaml": object }, [expected]));

    it("reports everything that is wrong at once, in bases too", () =>
      refused(
        {
          "app/kustomization.yaml": "resources: [../base, /etc]\nhelmCharts: []\n",
          "base/kustomization.yaml": "resources:\n- https://example.com/x\n- gone.yaml\n",
        },
        [
          "OPTION_DENIED app/kustomization.yaml:2:1",
          "PATH_ESCAPE app/kustomization.yaml:1:22",
          "REMOTE_BASE_DENIED base/kustomization.yaml:2:3",
          "PATH_NOT_FOUND base/kustomization.yaml:3:3",
        ],
      ));

    const plugins: readonly (readonly [string, string])[] = [
      ["apiVersion: someteam.example.com/v1\nkind: Exec\nmetadata: {name: x}\n", "a plugin of its own"],
      ["apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\n", "a chart"],
      [
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: /bin/sh}'}}\n",
        "a function",
      ],
    ];
    for (const [text, what] of plugins)
      it(`refuses a generator that starts ${what}, in a file and inline`, async () => {
        await refused({ "app/kustomization.yaml": "generators: [g.yaml]\n", "app/g.yaml": text }, [
          "OPTION_DENIED app/g.yaml:2:1",
        ]);
        await refused({ "app/kustomization.yaml": `generators: [${JSON.stringify(text)}]\n` }, [
          "OPTION_DENIED app/kustomization.yaml:1:14",
        ]);
      });

    it("refuses files that a built-in generator would read from outside", () =>
      refused(
        {
          "app/kustomization.yaml": "generators: [g.yaml]\n",
          "app/g.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [/etc/passwd]\n",
        },
        ["PATH_ESCAPE app/g.yaml:4:9"],
      ));

    it("asks nobody for a base on this machine", async () => {
      const url = `http://127.0.0.1:${port}/base`;
      await failsWith("REMOTE_BASE_DENIED", render({ "app/kustomization.yaml": `resources: ["${url}"]\n` }));
      assert.equal(connections, 0);
    });

    it("refuses an alias bomb in a resource and in a patch before Kustomize starts", async () => {
      const started = performance.now();
      await refused({ "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": bomb }, [
        "YAML_LIMIT app/a.yaml:6:24",
      ]);
      await refused(
        {
          "app/kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
          "app/a.yaml": object,
          "app/p.yaml": bomb,
        },
        ["YAML_LIMIT app/p.yaml:6:24"],
      );
      assert.ok(performance.now() - started < 2_000);
    });

    it("says what Kustomize found, in which folder, without paths of this machine", async () => {
      const error = await failsWith(
        "RENDER_FAILED",
        render({
          "app/kustomization.yaml": "resources: [../base]\n",
          "base/kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
          "base/a.yaml": object,
          "base/b.yaml": object,
        }),
      );
      const [finding] = error.findings;
      assert.equal(finding.place?.file, "base");
      assert.match(
        finding.message,
        /merging resources from 'b\.yaml': may not add resource with an already registered id/,
      );
      assert.doesNotMatch(finding.message, /must build at directory|source\//);
    });
  });

  describe("helm", () => {
    const values: readonly (readonly [string, string])[] = [
      ["../../b/values.yaml", "PATH_ESCAPE app"],
      ["/etc/passwd", "PATH_NOT_FOUND app"],
      ["//etc/passwd", "PATH_ESCAPE app"],
      ["/../etc/passwd", "PATH_ESCAPE app"],
      ["../../*/values.yaml", "PATH_ESCAPE app"],
      ["*/../../../values.yaml", "PATH_ESCAPE app"],
      ["/../*.yaml", "PATH_ESCAPE app"],
      ["{a,b}*.yaml", "CONFIG_INVALID app"],
      ["a*b*c*d*e*f.yaml", "CONFIG_INVALID app"],
      ["**/**/**/x.yaml", "CONFIG_INVALID app"],
      ["templates", "PATH_NOT_FOUND app"],
      ["../app", "CONFIG_INVALID app"],
      ["none-*.yaml", "PATH_NOT_FOUND app"],
      ["file:///x", "URL_SCHEME_DENIED app"],
      ["http://127.0.0.1/x", "URL_SCHEME_DENIED app"],
      ["a/%2e%2e/x", "PATH_ESCAPE app"],
      ["x\0y", "PATH_ESCAPE app"],
      ["missing.yaml", "PATH_NOT_FOUND app"],
    ];
    for (const [written, expected] of values)
      it(`refuses the values file ${JSON.stringify(written)} before Helm starts`, () =>
        refused({ "app/Chart.yaml": chart }, [expected], [written]));

    it("refuses a dependency that is not vendored, with the way to mend it", async () => {
      const files = {
        "app/Chart.yaml": `${chart}dependencies:\n- {name: redis, version: 1.0.0, repository: "https://example.com"}\n`,
      };
      await refused(files, ["CHART_DENIED app/Chart.yaml:5:3"]);
      const error = await failsWith("CHART_DENIED", render(files));
      assert.match(error.findings[0].fix, /helm dependency update app/);
      await refused({ "app/Chart.yaml": `${chart}dependencies:\n- {name: redis, version: 1.0.0}\n` }, [
        "CHART_INVALID app/Chart.yaml:5:3",
      ]);
    });

    it("refuses chart names that are paths", async () => {
      for (const name of ["..", "../x", "a/b"])
        await refused({ "app/Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n` }, [
          "CHART_INVALID app/Chart.yaml:2:1",
        ]);
    });

    it("refuses a schema that refers to the network or to files, and connects to nobody", async () => {
      for (const reference of [`http://127.0.0.1:${port}/s.json`, "file:///etc/passwd", "other.json"]) {
        const schema = JSON.stringify({ type: "object", properties: { a: { $ref: reference } } });
        await failsWith("URL_SCHEME_DENIED", render({ "app/Chart.yaml": chart, "app/values.schema.json": schema }));
      }
      assert.equal(connections, 0);
    });

    it("refuses an alias bomb and __proto__ in values", async () => {
      await refused({ "app/Chart.yaml": chart, "app/values.yaml": bomb }, ["YAML_LIMIT app/values.yaml:6:24"]);
      await refused(
        { "app/Chart.yaml": chart, "app/v.yaml": "__proto__: {polluted: 1}\n" },
        ["YAML_LIMIT app/v.yaml:1:1"],
        ["v.yaml"],
      );
      assert.equal("polluted" in {}, false);
    });

    it("stops a template that never ends to write", async () => {
      const template = '{{ range $i := until 3000 }}{{ range until 30000 }}# {{ repeat 100 "x" }}\n{{ end }}{{ end }}';
      await failsWith("RENDER_LIMIT", render({ "app/Chart.yaml": chart, "app/templates/a.yaml": template }));
    });

    const failures: readonly (readonly [string, string, string, RegExp])[] = [
      [
        "a required value is missing",
        'x: 1\ny: {{ required "set a" .Values.a }}',
        "app/templates/z.yaml:2:6",
        /: set a\.$/,
      ],
      [
        "a field does not exist",
        "x: {{ .Values.a.b }}",
        "app/templates/z.yaml:1:13",
        /at <\.Values\.a\.b>: nil pointer/,
      ],
      ["a template is broken", "x: 1\ny: {{ .Values. }", "app/templates/z.yaml:2", /unexpected <\.> in operand/],
      ["an include is unknown", 'x: {{ include "no" . }}', "app/templates/z.yaml:1:6", /no template "no"/],
      ["what it makes is not YAML", "x: 1\n y: 2\n", "app/templates/z.yaml", /not YAML: .*line 2/],
    ];
    for (const [what, template, place, message] of failures)
      it(`names template and line where ${what}`, async () => {
        const files = { "app/Chart.yaml": chart, "app/templates/z.yaml": template };
        const error = await failsWith("RENDER_FAILED", render(files));
        assert.deepEqual(error.findings.map(line), [`RENDER_FAILED ${place}`]);
        assert.match(error.findings[0].message, message);
        assert.doesNotMatch(error.message, /--debug|driftless-render/);
      });

    it("names the helper in which an error really is", async () => {
      const error = await failsWith(
        "RENDER_FAILED",
        render({
          "app/Chart.yaml": chart,
          "app/templates/_h.tpl": '{{ define "h" }}\n{{ .Values.a.b }}\n{{ end }}',
          "app/templates/z.yaml": 'x: {{ include "h" . }}',
        }),
      );
      assert.deepEqual(error.findings.map(line), ["RENDER_FAILED app/templates/_h.tpl:2:10"]);
    });

    it("says which value does not fit the chart's schema", async () => {
      const schema = JSON.stringify({ type: "object", properties: { replicas: { type: "number" } } });
      const files = { "app/Chart.yaml": chart, "app/values.schema.json": schema, "app/values.yaml": "replicas: two\n" };
      const error = await failsWith("RENDER_FAILED", render(files));
      assert.match(error.message, /at '\/replicas': got string, want number/);
    });

    it("places what is wrong in an object at its template", async () => {
      const files = {
        "app/Chart.yaml": chart,
        "app/templates/z.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A_B}\n",
      };
      const error = await failsWith("NAME_INVALID", render(files));
      assert.equal(error.findings[0].place?.file, "app/templates/z.yaml");
    });
  });

  describe("links", () => {
    const links: Readonly<Record<string, Files>> = {
      "to a file of this machine": { "app/x.yaml": { link: "/etc/passwd" } },
      "out of the source": { "app/x.yaml": { link: "../../x.yaml" } },
      "to a folder out of the source": { "app/x": { link: "../../x" } },
      "to itself": { "app/x.yaml": { link: "x.yaml" } },
      "to the environment of a process": { "app/x.yaml": { link: "/proc/self/environ" } },
      "to nothing": { "app/x.yaml": { link: "gone.yaml" } },
    };
    for (const [what, link] of Object.entries(links))
      for (const [renderer, files] of Object.entries({
        manifests: { "app/a.yaml": object },
        helm: { "app/Chart.yaml": chart },
        kustomize: { "app/kustomization.yaml": "resources: [a.yaml, x.yaml]\n", "app/a.yaml": object },
      })) {
        if (renderer === "kustomize" && "app/x" in link) continue;
        it(`refuses a link ${what} before ${renderer} starts`, () =>
          failsWith("SYMLINK_ESCAPE", render({ ...files, ...link })));
      }

    it("follows links inside the source", async () => {
      const shared = { "shared/a.yaml": object };
      const manifests = await render({ ...shared, "app/x.yaml": { link: "../shared/a.yaml" } });
      assert.equal(manifests.manifests[0]?.origin.path, "app/x.yaml");
      const kustomize = await render({
        ...shared,
        "app/kustomization.yaml": "resources: [x.yaml]\n",
        "app/x.yaml": { link: "../shared/a.yaml" },
      });
      assert.equal(kustomize.manifests[0]?.object.metadata.name, "a");
      const base = await render({
        ...shared,
        "shared/kustomization.yaml": "resources: [a.yaml]\n",
        "app/kustomization.yaml": "resources: [base]\n",
        "app/base": { link: "../shared" },
      });
      assert.equal(base.manifests[0]?.object.metadata.name, "a");
    });
  });

  describe("the path of an application", () => {
    const files: Files = {
      "apps/checkout/a.yaml": object,
      "apps/empty/readme.md": "x",
      "both/Chart.yaml": chart,
      "both/kustomization.yaml": "{}",
    };
    const cases: readonly (readonly [string, ErrorCode, RegExp])[] = [
      ["apps/chekout", "PATH_NOT_FOUND", /Did you mean "apps\/checkout"\?/],
      ["checkout", "PATH_NOT_FOUND", /Did you mean "apps\/checkout"\?/],
      ["apps/checkout/a.yaml", "PATH_NOT_FOUND", /is a file/],
      ["apps/empty", "PATH_NOT_FOUND", /has no manifests/],
      ["../x", "PATH_ESCAPE", /leads out/],
      ["both", "CONFIG_INVALID", /both kustomization\.yaml and Chart\.yaml/],
    ];
    for (const [path, code, message] of cases)
      it(`must be a folder with something to render, and ${path} is not`, async () => {
        assert.match((await failsWith(code, render(files, [], path))).message, message);
      });
  });

  it("refuses Git LFS pointers", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    await failsWith("LFS_UNSUPPORTED", render({ "app/a.yaml": pointer }));
  });

  it("reports every error of every plain manifest at once", () =>
    refused(
      { "app/a.yaml": "a: [\n", "app/b.yaml": "kind: pod\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: X}\n" },
      [
        "YAML_SYNTAX app/a.yaml:2:1",
        "SCHEMA_INVALID app/b.yaml:1:1",
        "SCHEMA_INVALID app/b.yaml:1:1",
        "SCHEMA_INVALID app/b.yaml:1:1",
        "NAME_INVALID app/b.yaml:5:12",
      ],
    ));

  it("says so when a renderer is missing", async () => {
    const none = { path: `${tmpdir()}/nonexistent`, version: "none" };
    await failsWith("TOOL_MISSING", render({ "app/Chart.yaml": chart }, [], "app", { helm: none }));
  });
});
