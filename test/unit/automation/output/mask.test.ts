import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { maskObject } from "../../../../automation/output/mask.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";

describe("Masking", () => {
  it("hides the values of a Secret in every field that can hold them, and keeps their keys", () => {
    const secret: KubernetesObject = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "token",
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "canary", team: "shop" },
      },
      data: { token: "canary" },
      stringData: { other: "canary" },
      type: "Opaque",
    };
    assert.deepEqual(maskObject(secret), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "token",
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "[secret]", team: "shop" },
      },
      data: { token: "[secret]" },
      stringData: { other: "[secret]" },
      type: "Opaque",
    });
  });

  it("hides data that has the wrong shape as a whole", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, data: "canary" };
    assert.equal(maskObject(secret)["data"], "[secret]");
  });

  it("leaves every other kind alone, kinds named Secret in other groups included", () => {
    const other = { apiVersion: "example.com/v1", kind: "Secret", metadata: { name: "x" }, data: { a: "b" } };
    assert.equal(maskObject(other), other);
  });
});
