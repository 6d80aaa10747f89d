import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { skipPointlessWait } from "../../../../core/plan/awaiting.ts";

const service = (spec: Record<string, string>, annotations?: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", ...(annotations === undefined ? {} : { annotations }) },
  spec,
});

describe("what the provider need not wait for", () => {
  it("is a Service inside the cluster; its own annotations stay", () => {
    const { metadata } = skipPointlessWait(service({ type: "ClusterIP" }, { note: "mine" }));
    assert.deepEqual(metadata["annotations"], { note: "mine", "pulumi.com/skipAwait": "true" });
  });

  for (const object of [
    service({ type: "LoadBalancer" }),
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } },
    { apiVersion: "serving.example.com/v1", kind: "Service", metadata: { name: "web" } },
  ]) {
    it(`is no ${object.apiVersion} ${object.kind} ${JSON.stringify("spec" in object ? object.spec : {})}`, () => {
      assert.equal(skipPointlessWait(object), object);
    });
  }
});
