import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { endClaims, otherManagers } from "../../../../core/takeover/claims.ts";

const entry = (manager: string, more: object = {}) => ({
  ...{ manager, operation: "Apply", fieldsType: "FieldsV1", fieldsV1: { "f:data": {} } },
  ...more,
});
const ours = entry("driftless");
const argo = entry("argocd-controller");
const argoUpdate = entry("argocd-controller", { operation: "Update", time: "2026-11-01T00:00:00Z" });
const status = entry("argocd-controller", { operation: "Update", subresource: "status" });
const scale = entry("kube-controller-manager", { operation: "Update", subresource: "scale" });

const live = (managedFields: Json | undefined): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", uid: "u-1", resourceVersion: "7", ...(managedFields === undefined ? {} : { managedFields }) },
});

describe("claims of other field managers", () => {
  it("are those of whoever is neither us nor writes subresources, once each", () => {
    assert.deepEqual(
      otherManagers(live([argoUpdate, ours, entry("b"), argo, scale, entry("pulumi-kubernetes-1a2b")])),
      ["argocd-controller", "b"],
    );
    for (const none of [undefined, [], "x", [{}], [ours, status]]) assert.deepEqual(otherManagers(live(none)), []);
  });

  it("end by a patch of nothing but managedFields, which holds for the object as it was seen only", () => {
    assert.deepEqual(endClaims(live([argo, ours, status, argoUpdate, scale]), new Set(["argocd-controller"])), [
      { op: "test", path: "/metadata/uid", value: "u-1" },
      { op: "test", path: "/metadata/resourceVersion", value: "7" },
      { op: "replace", path: "/metadata/managedFields", value: [ours, status, scale] },
    ]);
  });

  it("are left as they are where there are none, and where nobody's would be left", () => {
    for (const fields of [undefined, [], [ours, status, scale], [argo]])
      assert.deepEqual(endClaims(live(fields), new Set(["argocd-controller"])), []);
  });
});
