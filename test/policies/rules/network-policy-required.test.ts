import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { environmentSchema } from "../../../core/environment/schema/index.ts";
import { tenantObjects } from "../../../core/plan/tenant.ts";
import { networkPolicyRequired } from "../../../policies/rules/network-policy-required.ts";
import { stackMessagesOf, subject } from "../evaluate.ts";

const labels = { app: "web" };
const spec = { containers: [{ name: "web", image: "nginx:1.27" }] };
const deployment = (metadata: JsonObject = { labels }, podSpec: JsonObject = spec): JsonObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } },
  spec: { template: { metadata, spec: podSpec } },
});
const policy = (spec: JsonObject, namespace = "shop"): JsonObject => ({
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny", namespace }, spec },
});
const check = (objects: readonly JsonObject[], settings: JsonObject = {}) =>
  stackMessagesOf(networkPolicyRequired, objects, settings);
const name = "main/shop/Deployment.apps/web";
const ungoverned = (what: string) => [`${name}: no NetworkPolicy of its namespace governs the ${what} of its pods`];

describe("network-policy-required", () => {
  it("accepts pods that a policy of their namespace selects", () => {
    for (const podSelector of [{}, { matchLabels: labels }, { matchExpressions: [{ key: "app", operator: "Exists" }] }])
      assert.deepEqual(check([deployment(), policy({ podSelector })]), []);
    assert.deepEqual(check([deployment({}), policy({})]), []);
  });

  it("refuses pods that no policy selects", () => {
    assert.deepEqual(check([deployment()]), ungoverned("ingress"));
    assert.deepEqual(check([deployment(), policy({}, "other")]), ungoverned("ingress"));
    assert.deepEqual(
      check([deployment(), policy({ podSelector: { matchLabels: { app: "api" } } })]),
      ungoverned("ingress"),
    );
    assert.deepEqual(check([deployment({}), policy({ podSelector: { matchLabels: labels } })]), ungoverned("ingress"));
  });

  it("does not take a policy of another cluster", () => {
    const elsewhere = { ...subject(policy({})), cluster: "other" };
    assert.equal(networkPolicyRequired.checkStack([subject(deployment()), elsewhere], {}).length, 1);
  });

  it("knows which traffic a policy governs", () => {
    const directions = ["Ingress", "Egress"];
    assert.deepEqual(check([deployment(), policy({})], { directions }), ungoverned("egress"));
    assert.deepEqual(check([deployment(), policy({ egress: [] })], { directions }), ungoverned("egress"));
    assert.deepEqual(check([deployment(), policy({ egress: [{}] })], { directions }), []);
    assert.deepEqual(check([deployment(), policy({ policyTypes: ["Egress"] })], { directions }), ungoverned("ingress"));
    assert.deepEqual(check([deployment(), policy({ policyTypes: directions })], { directions }), []);
    assert.deepEqual(
      check([deployment(), policy({ policyTypes: ["Egress"] }), policy({ policyTypes: ["Ingress"] })], { directions }),
      [],
    );
    assert.deepEqual(check([deployment()], { directions }), ungoverned("ingress and egress"));
  });

  it("looks at every kind that makes pods", () => {
    const pods = { metadata: { labels }, spec };
    const objects: JsonObject[] = [
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec },
      { apiVersion: "batch/v1", kind: "Job", metadata: { name: "web" }, spec: { template: pods } },
      {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "web" },
        spec: { jobTemplate: { spec: { template: pods } } },
      },
      { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { name: "web" }, spec: { template: pods } },
    ];
    for (const object of objects) assert.equal(check([object]).length, 1, JSON.stringify(object["kind"]));
    for (const object of objects) assert.deepEqual(check([object, policy({}, "default")]), []);
  });

  it("leaves out what makes no pods, and pods that policies do not reach", () => {
    assert.deepEqual(
      check([{ apiVersion: "v1", kind: "PodTemplate", metadata: { name: "web" }, template: { spec } }]),
      [],
    );
    assert.deepEqual(check([deployment({}, { providerSpec: {} })]), []);
    assert.deepEqual(check([deployment({}, { ...spec, hostNetwork: true })]), []);
  });

  it("knows the labels that Jobs give their pods", () => {
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" }, spec: { template: { spec } } };
    const podSelector = { matchLabels: { "batch.kubernetes.io/job-name": "migrate" } };
    assert.deepEqual(check([job, policy({ podSelector }, "default")]), []);
  });

  it("accepts what is in a tenant, whose namespaces deny by default", () => {
    const tenant = environmentSchema.shape.tenants.parse({ shop: { namespaces: ["shop"] } })["shop"];
    assert.ok(tenant);
    const objects = tenantObjects({ environment: "dev", name: "shop" }, { ...tenant, clusters: ["main"] }, new Map());
    assert.deepEqual(check([deployment(), ...objects], { directions: ["Ingress", "Egress"] }), []);
  });
});
