import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { EnvironmentSpec } from "../../../../core/environment/spec.ts";
import type { RenderedApplication } from "../../../../core/plan/render-all.ts";
import { unchangedRenderings } from "../../../../core/plan/unchanged.ts";
import { memoryTree, type MemoryFile } from "../../../support/memory-tree.ts";
import { application, environment } from "./fixture.ts";

const files = { "apps/web/web.yaml": "web: 1", "bases/api/api.yaml": "api: 1", "overlays/api/kustomization.yaml": "a" };
const rendered = (files: readonly string[]): RenderedApplication => ({
  ...{ renderer: "kustomize", manifests: [], warnings: [], unusedParameters: [], cached: false },
  files,
});
const at = (spec: Partial<EnvironmentSpec> = {}): EnvironmentSpec => {
  const { source } = environment();
  const applications = { web: application({ path: "apps/web" }), api: application({ path: "overlays/api" }) };
  return environment({ source: { ...source, path: "." }, applications, ...spec });
};

function kept(changes: Readonly<Record<string, MemoryFile>>, spec = at()): readonly string[] {
  const earlier = {
    spec: at(),
    tree: memoryTree(files),
    rendered: new Map([
      ["web", rendered(["apps/web/web.yaml"])],
      ["api", rendered(["bases/api/api.yaml", "overlays/api/kustomization.yaml"])],
    ]),
  };
  return [...unchangedRenderings(earlier, { spec, tree: memoryTree({ ...files, ...changes }) }).keys()];
}

describe("what need not be rendered again", () => {
  it("is everything where nothing has changed, or only what no application reads", () => {
    assert.deepEqual(kept({}), ["web", "api"]);
    assert.deepEqual(kept({ "docs/README.md": "new", "bases/other/x.yaml": "new" }), ["web", "api"]);
  });

  it("is not an application of which a file has changed, wherever it is", () => {
    assert.deepEqual(kept({ "apps/web/web.yaml": "web: 2" }), ["api"]);
    assert.deepEqual(kept({ "bases/api/api.yaml": "api: 2" }), ["web"]);
  });

  it("is not an application next to whose files there is another one, at any depth", () => {
    assert.deepEqual(kept({ "apps/web/more.yaml": "more" }), ["api"]);
    assert.deepEqual(kept({ "apps/web/templates/deep/more.yaml": "more" }), ["api"]);
    assert.deepEqual(kept({ "bases/api/kustomization.yml": "other" }), ["web"]);
  });

  it("is nothing where a link has changed, which may lead anywhere", () => {
    assert.deepEqual(kept({ shared: { link: "bases" } }), []);
  });

  it("is not an application of which the document says something else", () => {
    const applications = { ...at().applications, web: application({ path: "apps/web", parameters: { size: "2" } }) };
    assert.deepEqual(kept({}, at({ applications })), ["api"]);
    assert.deepEqual(kept({}, at({ applications: { web: application({ path: "apps/web" }) } })), ["web"]);
    const clusters = { eu: { local: { name: "eu" }, kubernetes: { version: "1.30", apiVersions: [] } } };
    assert.deepEqual(kept({}, at({ clusters })), []);
  });
});
