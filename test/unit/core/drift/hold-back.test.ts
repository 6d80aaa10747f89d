import assert from "node:assert/strict";
import { compare } from "../../../../core/drift/compare.ts";
import { holdBack } from "../../../../core/drift/hold-back.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";

const object = (spec: JsonObject): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec,
});

function after(before: JsonObject, drifted: JsonObject, run: JsonObject) {
  const result = holdBack(object(run), compare(object(before), object(drifted)));
  return { spec: result.normal["spec"], held: result.held };
}

describe("holding back what a run did not decide", () => {
  it("leaves everything as it is where nothing had drifted", () => {
    assert.deepEqual(after({ replicas: 1 }, { replicas: 1 }, { replicas: 2 }), { spec: { replicas: 2 }, held: 0 });
  });

  it("keeps the old value of a field that had drifted and still does, whatever else the run changed", () => {
    const now = { paused: true, replicas: 2 };
    assert.deepEqual(after({ replicas: 1 }, { paused: true, replicas: 1 }, now), { spec: { replicas: 2 }, held: 1 });
    const changed = { replicas: 5, minReadySeconds: 3 };
    assert.deepEqual(after({ replicas: 1 }, { replicas: 5 }, changed), {
      spec: { replicas: 1, minReadySeconds: 3 },
      held: 1,
    });
    assert.deepEqual(after({ paused: true, replicas: 1 }, { replicas: 1 }, { replicas: 2 }), {
      spec: { paused: true, replicas: 2 },
      held: 1,
    });
  });

  it("takes what the run has set", () => {
    assert.deepEqual(after({ replicas: 1 }, { replicas: 5 }, { replicas: 3 }), { spec: { replicas: 3 }, held: 0 });
    assert.deepEqual(after({}, { paused: true }, {}), { spec: {}, held: 0 });
  });

  it("finds items of lists by their keys", () => {
    const container = (...env: readonly JsonObject[]): JsonObject => ({
      template: { spec: { containers: [{ name: "web", env: [...env] }] } },
    });
    const [a, b, c] = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
      { name: "C", value: "3" },
    ];
    assert.deepEqual(after(container(a), container(a, b), container({ ...a, value: "9" }, b)), {
      spec: container({ ...a, value: "9" }),
      held: 1,
    });
    assert.deepEqual(after(container(a, b), container(a), container(a, c)), { spec: container(a, c, b), held: 1 });
  });
});
