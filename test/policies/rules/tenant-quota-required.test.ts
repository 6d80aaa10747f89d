import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { tenantQuotaRequired } from "../../../policies/rules/tenant-quota-required.ts";
import { stackMessagesOf } from "../evaluate.ts";

const environment = { tenants: { shop: { namespaces: ["shop"], clusters: ["main"] } } };
const namespace = (name: string, annotations: JsonObject = {}): JsonObject => ({
  ...{ apiVersion: "v1", kind: "Namespace", metadata: { name, annotations } },
});
const quota = (spec: JsonObject, namespace = "shop"): JsonObject => ({
  ...{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace }, spec },
});
const check = (objects: readonly JsonObject[], settings: JsonObject = {}) =>
  stackMessagesOf(tenantQuotaRequired, objects, { environment, ...settings });
const missing = 'main/_/Namespace/shop: no ResourceQuota limits what is in the namespace "shop"';
const hard = { pods: "10", "requests.cpu": "4" };

describe("tenant-quota-required", () => {
  it("accepts a namespace with a quota", () => {
    assert.deepEqual(check([namespace("shop"), quota({ hard })]), []);
    assert.deepEqual(check([quota({ hard }), namespace("shop")], { resources: ["pods", "requests.cpu"] }), []);
  });

  it("refuses one without", () => {
    assert.deepEqual(check([namespace("shop")]), [missing]);
    assert.deepEqual(check([namespace("shop"), quota({ hard }, "other")]), [missing]);
    assert.deepEqual(check([namespace("shop"), quota({ hard: {} }), quota({})]), [missing]);
  });

  it("does not count a quota that holds for some of the pods only", () => {
    assert.deepEqual(check([namespace("shop"), quota({ hard, scopes: ["BestEffort"] })]), [missing]);
    assert.deepEqual(check([namespace("shop"), quota({ hard, scopeSelector: { matchExpressions: [] } })]), [missing]);
    assert.deepEqual(check([namespace("shop"), quota({ hard, scopes: [], scopeSelector: null })]), []);
  });

  it("asks for the resources that the settings name, in any of the quotas", () => {
    const resources = ["pods", "requests.memory"];
    assert.deepEqual(check([namespace("shop"), quota({ hard })], { resources }), [`${missing} in requests.memory`]);
    assert.deepEqual(
      check([namespace("shop"), quota({ hard }), quota({ hard: { "requests.memory": "1Gi" } })], { resources }),
      [],
    );
  });

  it("knows a tenant's namespace by who wrote it, without facts", () => {
    const own = namespace("shop", { "driftless.dev/tenant": "shop" });
    assert.deepEqual(check([own], { environment: {} }), [missing]);
  });

  it("leaves namespaces of nobody alone", () => assert.deepEqual(check([namespace("kube-public")]), []));
});
