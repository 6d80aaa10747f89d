import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { likelyValues } from "../../../../core/accept/chart-values.ts";
import { EditedFiles } from "../../../../core/accept/edited-files.ts";
import type { Difference } from "../../../../core/drift/report.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

describe("The values that a field of a chart's object comes from", () => {
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a" },
    data: { key: "3", map: "x", none: "y" },
  };
  const files = new EditedFiles(
    memoryTree({
      "web/values.yaml": "replicaCount: 3\nimage: { tag: x }\na: x\nb: x\n",
      "web/values-dev.yaml": "autoscaling: { min: 3 }\n",
    }),
  );
  const likely = (...steps: Difference["steps"]) =>
    likelyValues(files, { path: "web", files: ["values-dev.yaml", "values-*.yaml", "../../etc"] }, object, {
      ...{ path: "", steps, kind: "changed", managers: [], ours: true },
    });

  it("are those that say just the same, where those are few", async () => {
    const expected = ["autoscaling.min in web/values-dev.yaml", "replicaCount in web/values.yaml"];
    assert.deepEqual(await likely("data", "key"), expected);
    for (const steps of [["data", "map"], ["data", "none"], ["data"]]) assert.deepEqual(await likely(...steps), []);
  });
});
