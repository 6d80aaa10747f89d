import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";
import { podsOf } from "../../../../core/manifest/pods.ts";

const metadata = { labels: { app: "web" } };
const spec = { containers: [{ name: "web" }] };
const pod = { metadata, spec };

describe("pods of an object", () => {
  const makers: readonly (readonly [JsonObject & { readonly kind: string }, string])[] = [
    [{ kind: "Pod", ...pod }, ""],
    [{ kind: "PodTemplate", template: pod }, "template."],
    [{ kind: "Deployment", spec: { template: pod } }, "spec.template."],
    [{ kind: "Rollout", spec: { template: pod } }, "spec.template."],
    [{ kind: "CronJob", spec: { jobTemplate: { spec: { template: pod } } } }, "spec.jobTemplate.spec.template."],
  ];
  for (const [object, place] of makers) {
    it(`are found where a ${object.kind} holds them`, () => {
      const found = podsOf(object).map(({ path, metadataPath, ...rest }) => [
        path.join("."),
        metadataPath.join("."),
        rest,
      ]);
      assert.deepEqual(found, [[`${place}spec`, `${place}metadata`, pod]]);
    });
  }

  it("are found in both places of an object that has two", () => {
    assert.equal(podsOf({ kind: "Odd", spec: { template: pod, jobTemplate: { spec: { template: pod } } } }).length, 2);
  });

  it("are none without a spec", () => {
    for (const object of [
      {},
      { kind: "Pod" },
      { kind: "Deployment", spec: { template: { metadata } } },
      { spec: null },
    ]) {
      assert.deepEqual(podsOf(object), []);
    }
  });
});
