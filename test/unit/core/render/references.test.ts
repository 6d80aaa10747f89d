import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kustomizationReferences, pluginReferences } from "../../../../core/render/kustomize/references.ts";

describe("kustomizationReferences", () => {
  it("finds every field that names a file or folder", () => {
    const { references, denied, inlinePlugins } = kustomizationReferences({
      resources: ["a.yaml", "../base"],
      bases: ["b"],
      components: ["c"],
      crds: ["d.yaml"],
      configurations: ["e.yaml"],
      generators: ["f.yaml"],
      transformers: ["g"],
      validators: ["h.yaml"],
      patches: [{ path: "i.yaml" }, { patch: "- op: remove" }],
      patchesStrategicMerge: ["j.yaml", "kind: Pod\nmetadata: {name: a}\n"],
      patchesJson6902: [{ path: "k.yaml", target: { kind: "Pod" } }],
      replacements: [{ path: "l.yaml" }, { source: {}, targets: [] }],
      openapi: { path: "m.json" },
      configMapGenerator: [{ name: "x", files: ["n.txt", "key=o.txt"], envs: ["p.env"], env: "q.env" }],
      secretGenerator: [{ files: ["r.txt"] }],
    });
    assert.deepEqual(
      references.map(({ path, kind }) => `${path} ${kind}`),
      [
        ...["a.yaml resource", "../base resource", "b folder", "c folder", "d.yaml yaml", "e.yaml yaml", "j.yaml yaml"],
        ...["f.yaml plugin", "g plugin", "h.yaml plugin", "i.yaml yaml", "k.yaml yaml", "l.yaml yaml"],
        ...["n.txt data", "o.txt data", "p.env data", "q.env data", "r.txt data", "m.json yaml"],
      ],
    );
    assert.deepEqual([denied, inlinePlugins], [[], []]);
  });

  it("survives fields of other types: Kustomize says what is wrong with them", () => {
    const found = kustomizationReferences({
      resources: "a.yaml",
      patches: [1, null],
      configMapGenerator: { files: ["x"] },
      openapi: 1,
    });
    assert.deepEqual(found, { references: [], denied: [], inlinePlugins: [] });
  });

  it("denies charts and plugins", () => {
    const { denied } = kustomizationReferences({ helmCharts: [], helmGlobals: {}, plugins: {} });
    assert.deepEqual(
      denied.map(({ field }) => field[0]),
      ["helmCharts", "helmGlobals", "plugins"],
    );
  });

  it("keeps plugin configurations apart that are written in place", () => {
    const text = "apiVersion: builtin\nkind: PatchTransformer\npath: p.yaml\n";
    const { references, inlinePlugins } = kustomizationReferences({ transformers: [text] });
    assert.deepEqual(references, []);
    assert.deepEqual(inlinePlugins, [{ field: ["transformers", 0], text }]);
  });
});

describe("pluginReferences", () => {
  it("finds what a built-in plugin reads", () => {
    const { references } = pluginReferences({
      apiVersion: "builtin",
      kind: "ConfigMapGenerator",
      files: ["k=a"],
      path: "b",
      paths: ["c"],
    });
    assert.deepEqual(references.map(({ path }) => path).sort(), ["a", "b", "c"]);
  });

  for (const config of [
    { apiVersion: "example.com/v1", kind: "Own" },
    { apiVersion: "builtin", kind: "HelmChartInflationGenerator" },
    { apiVersion: "builtin", kind: "X", metadata: { annotations: { "config.kubernetes.io/function": "exec" } } },
    { kind: "X" },
  ])
    it(`denies ${JSON.stringify(config)}`, () => assert.equal(pluginReferences(config).denied.length, 1));
});
