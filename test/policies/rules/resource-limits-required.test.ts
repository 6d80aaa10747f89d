import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { resourceLimitsRequired } from "../../../policies/rules/resource-limits-required.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const accepted: JsonObject[] = [
  { cpu: "1", memory: "64Mi" },
  { cpu: 1, memory: 67108864 },
  { cpu: "0.5", memory: "1Gi", "ephemeral-storage": "1Gi" },
];

const refused: [JsonObject | null, string][] = [
  [null, "cpu and memory"],
  [{}, "cpu and memory"],
  [{ cpu: "1" }, "memory"],
  [{ memory: "64Mi" }, "cpu"],
  [{ cpu: "0", memory: "64Mi" }, "cpu"],
  [{ cpu: "1", memory: 0 }, "memory"],
  [{ cpu: "1", memory: "" }, "memory"],
  [{ cpu: true, memory: "64Mi" }, "cpu"],
  [{ cpu: "1 core", memory: "64Mi" }, "cpu"],
];

describe("resource-limits-required", () => {
  for (const limits of accepted) {
    it(`accepts limits ${JSON.stringify(limits)}`, () => {
      assert.deepEqual(messagesOf(resourceLimitsRequired, pod({ resources: { limits } }), {}), []);
    });
  }

  for (const [limits, missing] of refused) {
    it(`refuses limits ${JSON.stringify(limits)}`, () => {
      assert.deepEqual(messagesOf(resourceLimitsRequired, pod({ resources: { limits } }), {}), [
        `container "web" has no limit for ${missing}`,
      ]);
    });
  }

  it("does not take requests for limits", () => {
    const object = pod({ resources: { requests: { cpu: "1", memory: "64Mi" } } });
    assert.equal(messagesOf(resourceLimitsRequired, object, {}).length, 1);
  });

  it("accepts limits of the whole pod", () => {
    const object = pod({ resources: {} }, { resources: { limits: { cpu: "1", memory: "64Mi" } } });
    assert.deepEqual(messagesOf(resourceLimitsRequired, object, {}), []);
  });

  it("asks for them on init containers, and not on ephemeral ones, which cannot have any", () => {
    const object = pod({}, { initContainers: [{ name: "migrate" }], ephemeralContainers: [{ name: "debug" }] });
    assert.deepEqual(messagesOf(resourceLimitsRequired, object, {}), [
      'init container "migrate" has no limit for cpu and memory',
    ]);
  });

  it("asks for what the settings say", () => {
    const object = pod({ resources: { limits: { memory: "64Mi" } } });
    assert.deepEqual(messagesOf(resourceLimitsRequired, object, { resources: ["memory"] }), []);
    assert.deepEqual(messagesOf(resourceLimitsRequired, object, { resources: ["ephemeral-storage"] }), [
      'container "web" has no limit for ephemeral-storage',
    ]);
  });
});
