import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject } from "../../../core/manifest/manifest.ts";
import { serviceAccountTokenAutomount } from "../../../policies/rules/service-account-token-automount.ts";
import { stackMessagesOf } from "../evaluate.ts";

function account(says?: Json, name = "web", namespace = "shop"): JsonObject {
  const own = says === undefined ? {} : { automountServiceAccountToken: says };
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace }, ...own };
}

function deployment(spec: JsonObject): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: { template: { spec } },
  };
}

const asWeb = { serviceAccountName: "web" };
const web = "main/shop/Deployment.apps/web";
const check = (objects: readonly JsonObject[], settings: JsonObject = {}) =>
  stackMessagesOf(serviceAccountTokenAutomount, objects, settings);

describe("service-account-token-automount", () => {
  it("accepts pods that say no, or whose ServiceAccount says it", () => {
    assert.deepEqual(check([deployment({ automountServiceAccountToken: false })]), []);
    assert.deepEqual(check([deployment(asWeb), account(false)]), []);
    assert.deepEqual(check([deployment({ serviceAccount: "web" }), account(false)]), []);
    assert.deepEqual(check([deployment({}), account(false, "default")]), []);
    assert.deepEqual(check([deployment({ ...asWeb, automountServiceAccountToken: false }), account(true)]), []);
  });

  it("refuses pods of which neither says it", () => {
    const neither = (name: string) =>
      `${web}: neither the pod nor the ServiceAccount "${name}" says automountServiceAccountToken: false`;
    assert.deepEqual(check([deployment({})]), [neither("default")]);
    assert.deepEqual(check([deployment(asWeb), account()]), [neither("web")]);
    assert.deepEqual(check([deployment(asWeb), account(false, "web", "other")]), [neither("web")]);
  });

  it("refuses pods that ask for it, whatever their ServiceAccount says", () => {
    assert.deepEqual(check([account(false), deployment({ ...asWeb, automountServiceAccountToken: true })]), [
      `${web}: the pod asks for the token of the ServiceAccount "web"`,
    ]);
  });

  it("lets the pods of the ServiceAccounts hold one that the settings allow", () => {
    for (const allowed of ["shop/web", "*/web"])
      assert.deepEqual(check([deployment(asWeb)], { allowed: [allowed] }), []);
    assert.equal(check([deployment(asWeb)], { allowed: ["other/web", "shop/api"] }).length, 1);
  });

  it("asks ServiceAccounts themselves where the settings say so", () => {
    assert.deepEqual(check([account()]), []);
    const settings = { serviceAccounts: true, allowed: ["shop/api"] };
    assert.deepEqual(check([account(), account(false, "own"), account(true, "api")], settings), [
      "main/shop/ServiceAccount/web: automountServiceAccountToken is true",
    ]);
  });
});
