import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { chooseRenderer } from "../../../../core/render/choose.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

describe("chooseRenderer", () => {
  const tree = memoryTree({
    "plain/a.yaml": "",
    "overlay/kustomization.yml": "",
    "other/Kustomization": "",
    "chart/Chart.yaml": "",
    "deep/chart/templates/a.yaml": "",
    linked: { link: "chart" },
  });
  const chosen = {
    plain: "manifests",
    overlay: "kustomize",
    other: "kustomize",
    chart: "helm",
    deep: "manifests",
    linked: "helm",
    ".": "manifests",
  };
  for (const [path, renderer] of Object.entries(chosen))
    it(`takes ${renderer} for ${path}`, async () => assert.equal(await chooseRenderer(tree, path), renderer));

  it("suggests the folder that was meant", async () => {
    await assert.rejects(chooseRenderer(tree, "overlays"), {
      code: "PATH_NOT_FOUND",
      message: /Did you mean "overlay"\?/,
    });
  });
});
