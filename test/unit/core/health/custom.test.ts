import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { healthChecksOf } from "../../../../core/health/custom.ts";
import { healthOf } from "../../../../core/health/health.ts";
import type { JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";

const checks = healthChecksOf([
  {
    apiVersion: "example.com/v1",
    kind: "Database",
    healthy: "status.phase == 'Running'",
    progressing: "status.phase in ['Creating', 'Migrating']",
    degraded: "status.phase == 'Failed'",
    suspended: "has(spec.paused) && spec.paused",
  },
  { apiVersion: "v1", kind: "ConfigMap", healthy: "has(data.ready)" },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress", healthy: "size(status.loadBalancer.ingress) > 0" },
]);

const database = (status: JsonObject, more: JsonObject = {}): KubernetesObject => ({
  apiVersion: "example.com/v2",
  kind: "Database",
  metadata: { name: "a", generation: 2 },
  spec: {},
  status,
  ...more,
});

describe("a health check of the environment", () => {
  it("decides by the first expression that is true", () => {
    const statuses = ["Running", "Creating", "Failed", "Strange"].map(
      (phase) => checks.healthOf(database({ phase })).status,
    );
    assert.deepEqual(statuses, ["healthy", "progressing", "degraded", "progressing"]);
    assert.equal(checks.healthOf(database({ phase: "Strange" }, { spec: { paused: true } })).status, "suspended");
  });

  it("adds what the object says of itself", () => {
    const conditions = [{ type: "Ready", status: "False", message: "disk is full" }];
    assert.equal(
      checks.healthOf(database({ phase: "Failed", conditions })).reason,
      "By the check of the environment it is degraded: Not Ready: disk is full.",
    );
  });

  it("says what it cannot tell, and why", () => {
    const { status, reason } = checks.healthOf(database({}));
    assert.equal(status, "unknown");
    assert.equal(reason, 'The check of the environment cannot tell: "progressing": No such key: phase.');
  });

  it("is not asked before the controller has seen the change, nor for what is being deleted", () => {
    assert.equal(checks.healthOf(database({ phase: "Running", observedGeneration: 1 })).status, "progressing");
    const metadata = { name: "a", deletionTimestamp: "now" };
    assert.equal(checks.healthOf(database({ phase: "Running" }, { metadata })).status, "progressing");
  });

  it("goes before the built-in one, and leaves the other kinds to those", () => {
    const ingress: KubernetesObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "a" },
      status: { loadBalancer: {} },
    };
    assert.equal(healthOf(ingress).status, "healthy");
    assert.equal(checks.healthOf(ingress).status, "unknown");
    assert.equal(checks.healthOf({ ...ingress, kind: "Other" }).status, "healthy");
  });

  it("makes a kind one whose content matters", () => {
    assert.equal(checks.isStatic("ConfigMap"), false);
    assert.equal(checks.isStatic("Secret"), true);
  });
});
