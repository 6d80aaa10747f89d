import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { resourceRequestsRequired } from "../../../policies/rules/resource-requests-required.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const both = { cpu: "100m", memory: "64Mi" };

describe("resource-requests-required", () => {
  it("accepts requests of the container and of its pod, and limits in their place", () => {
    for (const object of [
      pod({ resources: { requests: both } }),
      pod({ resources: {} }, { resources: { requests: both } }),
      pod({ resources: { limits: both } }),
      pod({ resources: { requests: { cpu: "1" }, limits: { memory: "64Mi" } } }),
    ]) {
      assert.deepEqual(messagesOf(resourceRequestsRequired, object), []);
    }
  });

  it("refuses containers that say nothing, or zero", () => {
    for (const resources of [null, {}, { requests: {} }, { requests: { cpu: 0, memory: "0" } }]) {
      assert.deepEqual(messagesOf(resourceRequestsRequired, pod({ resources })), [
        'container "web" has no request for cpu and memory',
      ]);
    }
  });

  it("does not take limits for requests where the settings say so", () => {
    const object = pod({ resources: { limits: both, requests: { memory: "64Mi" } } });
    assert.deepEqual(messagesOf(resourceRequestsRequired, object, { explicit: true }), [
      'container "web" has no request for cpu',
    ]);
  });

  it("asks init containers, not ephemeral ones, for what the settings say", () => {
    const object = pod({}, { initContainers: [{ name: "migrate" }], ephemeralContainers: [{ name: "debug" }] });
    assert.deepEqual(messagesOf(resourceRequestsRequired, object, { resources: ["memory"] }), [
      'init container "migrate" has no request for memory',
    ]);
  });
});
