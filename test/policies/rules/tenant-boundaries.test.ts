import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { environmentSchema } from "../../../core/environment/schema/index.ts";
import { stampOwner } from "../../../core/plan/ownership.ts";
import { tenantObjects } from "../../../core/plan/tenant.ts";
import { tenantBoundaries } from "../../../policies/rules/tenant-boundaries.ts";
import { stackMessagesOf } from "../evaluate.ts";

const shop = { namespaces: ["shop", "shop-jobs"], clusters: ["main"] };
const environment = (tenant: JsonObject = {}): JsonObject => ({
  ...{ name: "dev", applications: { web: { tenant: "shop" } }, tenants: { shop: { ...shop, ...tenant } } },
});

function owned(apiVersion: string, kind: string, namespace?: string): JsonObject {
  const metadata = { name: "web", ...(namespace === undefined ? {} : { namespace }) };
  return stampOwner({ apiVersion, kind, metadata }, { environment: "dev", application: "web", origin: "web.yaml" });
}

const check = (objects: readonly JsonObject[], tenant: JsonObject = {}) =>
  stackMessagesOf(tenantBoundaries, objects, { environment: environment(tenant) });

const definition: JsonObject = {
  ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "widgets" } },
  spec: { group: "example.com", names: { kind: "Widget" }, scope: "Namespaced" },
};

describe("tenant-boundaries", () => {
  it("accepts namespaced built-in kinds in the tenant's namespaces", () => {
    assert.deepEqual(check([owned("apps/v1", "Deployment", "shop"), owned("v1", "ConfigMap", "shop-jobs")]), []);
  });

  it("refuses an object in a namespace of somebody else", () => {
    assert.deepEqual(check([owned("v1", "ConfigMap", "payments")]), [
      'main/payments/ConfigMap/web: namespace "payments" is not one of tenant "shop" (shop, shop-jobs)',
    ]);
    assert.equal(check([owned("v1", "ConfigMap")]).length, 1);
  });

  it("refuses cluster-scoped kinds unless the tenant may use them", () => {
    const role = owned("rbac.authorization.k8s.io/v1", "ClusterRole");
    assert.deepEqual(check([role]), [
      'main/_/ClusterRole.rbac.authorization.k8s.io/web: tenant "shop" may not hold the cluster-scoped kind ClusterRole.rbac.authorization.k8s.io',
    ]);
    assert.deepEqual(check([role], { clusterKinds: ["ClusterRole.rbac.authorization.k8s.io"] }), []);
  });

  it("refuses custom kinds unless the tenant may use them; one that nobody defines counts as cluster-scoped", () => {
    const widget = owned("example.com/v1", "Widget", "shop");
    const name = "main/shop/Widget.example.com/web";
    assert.deepEqual(check([widget]), [
      `${name}: kind Widget.example.com is neither built in nor defined in this plan, so it counts as cluster-scoped`,
    ]);
    assert.deepEqual(check([definition, widget]), [
      `${name}: tenant "shop" may not hold the custom kind Widget.example.com`,
    ]);
    assert.deepEqual(check([widget], { namespacedKinds: ["Widget.example.com"] }), []);
  });

  it("refuses a cluster that is not the tenant's", () => {
    assert.deepEqual(check([owned("v1", "ConfigMap", "shop")], { clusters: ["other"] }), [
      'main/shop/ConfigMap/web: the cluster "main" is not one of tenant "shop"',
    ]);
  });

  it("accepts what Driftless writes for a tenant, and refuses it elsewhere", () => {
    const tenant = environmentSchema.shape.tenants.parse({ shop: { ...shop, quota: { pods: "9" } } })["shop"];
    assert.ok(tenant);
    const objects = tenantObjects({ environment: "dev", name: "shop" }, { ...tenant, clusters: ["main"] }, new Map());
    const stamped = objects.map((object) => stampOwner(object, { environment: "dev", tenant: "shop" }));
    assert.deepEqual(check(stamped), []);
    const outside = check(stamped, { namespaces: ["shop"] });
    assert.ok(
      outside.includes(
        'main/_/Namespace/shop-jobs: it is written for tenant "shop", but not in a namespace of that tenant',
      ),
    );
    assert.ok(!outside.some((each) => each.startsWith("main/_/Namespace/shop:")));
  });

  it("knows by its namespace whose an object without owner is", () => {
    const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "web", namespace: "shop" } };
    assert.equal(check([widget]).length, 1);
  });

  it("says nothing of tenants that it does not know", () => {
    const object = owned("rbac.authorization.k8s.io/v1", "ClusterRole");
    assert.deepEqual(stackMessagesOf(tenantBoundaries, [object]), []);
    const odd = { ...object, metadata: { name: "web", annotations: { "driftless.dev/tenant": "__proto__" } } };
    assert.deepEqual(check([odd, { apiVersion: "v1", kind: "Pod", metadata: null }]), []);
  });
});
