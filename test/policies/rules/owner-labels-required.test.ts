import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { stampOwner } from "../../../core/plan/ownership.ts";
import { ownerLabelsRequired } from "../../../policies/rules/owner-labels-required.ts";
import { messagesOf } from "../evaluate.ts";

const environment = { name: "dev", applications: { web: { tenant: "shop" } }, tenants: { shop: {} } };
const plain = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } };
const ofApplication = stampOwner(plain, { environment: "dev", application: "web", origin: "web.yaml" });
const ofTenant = stampOwner(plain, { environment: "dev", tenant: "shop" });
const check = (object: JsonObject, settings: JsonObject = {}) =>
  messagesOf(ownerLabelsRequired, object, { environment, ...settings });

function annotated(annotations: JsonObject): JsonObject {
  const { metadata } = ofApplication;
  const owner = {
    "driftless.dev/environment": "dev",
    "driftless.dev/application": "web",
    "driftless.dev/origin": "web.yaml",
  };
  return { ...ofApplication, metadata: { ...metadata, annotations: { ...owner, ...annotations } } };
}

describe("owner-labels-required", () => {
  it("accepts what an application or a tenant of the environment holds", () => {
    assert.deepEqual(check(ofApplication), []);
    assert.deepEqual(check(ofTenant), []);
  });

  it("refuses what nobody holds", () => {
    assert.deepEqual(check(plain), [
      'the label app.kubernetes.io/managed-by is not "driftless"',
      'the annotation driftless.dev/environment is not "dev"',
      "it names neither one application nor one tenant as its owner",
    ]);
  });

  it("refuses an owner that the environment does not have, and two of them", () => {
    assert.deepEqual(check(annotated({ "driftless.dev/application": "api" })), [
      'it names the application "api", which the environment does not have',
    ]);
    assert.deepEqual(check(annotated({ "driftless.dev/application": "constructor" })), [
      'it names the application "constructor", which the environment does not have',
    ]);
    assert.deepEqual(check(annotated({ "driftless.dev/tenant": "shop" })), [
      "it names neither one application nor one tenant as its owner",
    ]);
    assert.deepEqual(check(annotated({ "driftless.dev/environment": "production" })), [
      'the annotation driftless.dev/environment is not "dev"',
    ]);
  });

  it("asks objects of other programs for nothing but the labels of the settings", () => {
    assert.deepEqual(check(plain, { environment: {} }), []);
    assert.deepEqual(check(plain, { environment: {}, labels: ["team"] }), ['the label "team" is missing']);
  });

  it("asks applications for the labels of the settings, and not what Driftless writes for tenants", () => {
    const labels = ["team", "cost-centre"];
    assert.deepEqual(check(ofApplication, { labels }), [
      'the label "team" is missing',
      'the label "cost-centre" is missing',
    ]);
    assert.deepEqual(check(ofTenant, { labels }), []);
    const labelled = { ...plain, metadata: { name: "settings", labels: { team: "shop", "cost-centre": "" } } };
    assert.deepEqual(check(labelled, { labels, environment: {} }), ['the label "cost-centre" is missing']);
  });
});
