import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { resourceRatioLimited } from "../../../policies/rules/resource-ratio-limited.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

function check(requests: JsonObject, limits: JsonObject, settings: JsonObject = {}): readonly string[] {
  return messagesOf(resourceRatioLimited, pod({ resources: { requests, limits } }), settings);
}

describe("resource-ratio-limited", () => {
  it("accepts limits up to the ratio, however they are written", () => {
    assert.deepEqual(check({ memory: "64Mi" }, { memory: "128Mi" }), []);
    assert.deepEqual(check({ memory: "1Gi" }, { memory: "2048Mi" }), []);
    assert.deepEqual(check({ memory: "0.1G" }, { memory: "200M" }), []);
    assert.deepEqual(check({ memory: 100 }, { memory: "0.2k" }), []);
  });

  it("refuses limits above it, with both amounts", () => {
    assert.deepEqual(check({ memory: "64Mi" }, { memory: "1Gi" }), [
      'container "web" has a memory limit of "1Gi" against a request of "64Mi", 16 times as much; 2 times is allowed',
    ]);
    assert.equal(check({ memory: "100M" }, { memory: "201M" }).length, 1);
  });

  it("takes a missing request for the limit, as Kubernetes does, and a missing limit for none to compare", () => {
    assert.deepEqual(check({}, { memory: "1Gi" }), []);
    assert.deepEqual(check({ memory: "1Gi" }, {}), []);
    assert.deepEqual(check({ memory: "a lot" }, { memory: "1Gi" }), []);
  });

  it("looks at the resources that the settings name", () => {
    assert.deepEqual(check({ cpu: "100m" }, { cpu: "8" }), []);
    assert.deepEqual(check({ cpu: "100m" }, { cpu: "8" }, { ratios: { cpu: 10 } }), [
      'container "web" has a cpu limit of "8" against a request of "100m", 80 times as much; 10 times is allowed',
    ]);
    assert.throws(() => check({}, {}, { ratios: { cpu: 0.5 } }), /policy.config.resource-ratio-limited: ratios: cpu/);
  });

  it("looks at the resources of whole pods", () => {
    const resources = { requests: { memory: "1Gi" }, limits: { memory: "4Gi" } };
    assert.deepEqual(messagesOf(resourceRatioLimited, pod({}, { resources })), [
      'the pod has a memory limit of "4Gi" against a request of "1Gi", 4 times as much; 2 times is allowed',
    ]);
  });
});
