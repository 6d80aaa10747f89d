import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject } from "../../../core/manifest/manifest.ts";
import { podDisruptionBudgetRequired } from "../../../policies/rules/pod-disruption-budget-required.ts";
import { stackMessagesOf } from "../evaluate.ts";

const labels = { app: "web" };
const workload = (replicas?: Json, kind = "Deployment"): JsonObject => ({
  ...{ apiVersion: "apps/v1", kind, metadata: { name: "web", namespace: "shop" } },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    template: { metadata: { labels }, spec: { containers: [{ name: "web" }] } },
  },
});
const budget = (spec: JsonObject, name = "web", namespace = "shop"): JsonObject => ({
  ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name, namespace } },
  spec: { selector: { matchLabels: labels }, ...spec },
});
const scaler = (minReplicas?: number, name = "web"): JsonObject => ({
  ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "web", namespace: "shop" } },
  spec: {
    ...(minReplicas === undefined ? {} : { minReplicas }),
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
  },
});
const check = (objects: readonly JsonObject[], settings: JsonObject = {}) =>
  stackMessagesOf(podDisruptionBudgetRequired, objects, settings);
const missing = (count: number, kind = "Deployment") => [
  `main/shop/${kind}.apps/web: no PodDisruptionBudget selects its pods, of which there are ${count}`,
];

describe("pod-disruption-budget-required", () => {
  it("asks for none where one pod runs", () => {
    for (const replicas of [undefined, null, 0, 1, "3"]) assert.deepEqual(check([workload(replicas)]), []);
    assert.deepEqual(check([workload(3, "DaemonSet")]), []);
  });

  it("asks for one from two replicas on, or from what the settings say", () => {
    for (const kind of ["Deployment", "StatefulSet", "ReplicaSet"]) {
      assert.deepEqual(check([workload(2, kind)]), missing(2, kind));
    }
    assert.deepEqual(check([workload(2)], { minimumReplicas: 3 }), []);
    assert.deepEqual(check([workload(1)], { minimumReplicas: 1 }), missing(1));
  });

  it("counts what an autoscaler keeps at least", () => {
    assert.deepEqual(check([workload(undefined), scaler(2)]), missing(2));
    assert.deepEqual(check([workload(5), scaler()]), []);
    assert.deepEqual(check([workload(1), scaler(2, "api")]), []);
    assert.deepEqual(check([workload(0), scaler(2)]), []);
  });

  it("accepts a budget of its namespace that selects its pods", () => {
    for (const spec of [
      { maxUnavailable: 1 },
      { minAvailable: 1 },
      { maxUnavailable: "1%" },
      { minAvailable: "50%" },
      {},
    ]) {
      assert.deepEqual(check([workload(2), budget(spec)]), [], JSON.stringify(spec));
    }
    assert.deepEqual(check([workload(2), budget({ maxUnavailable: 1, selector: {} })]), []);
    assert.deepEqual(check([workload(2), budget({ maxUnavailable: 1 }, "web", "other")]), missing(2));
    assert.deepEqual(check([workload(2), budget({ maxUnavailable: 1, selector: null })]), missing(2));
    assert.deepEqual(check([workload(2), budget({ selector: { matchLabels: { app: "api" } } })]), missing(2));
  });

  it("refuses one that lets no pod go, percentages rounded up as Kubernetes does", () => {
    const blocked: [number, JsonObject, string][] = [
      [2, { maxUnavailable: 0 }, "maxUnavailable is 0"],
      [2, { maxUnavailable: "0%" }, 'maxUnavailable is "0%"'],
      [2, { minAvailable: 2 }, "minAvailable is 2"],
      [3, { minAvailable: 4 }, "minAvailable is 4"],
      [3, { minAvailable: "67%" }, 'minAvailable is "67%"'],
    ];
    for (const [replicas, spec, found] of blocked) {
      assert.deepEqual(check([workload(replicas), budget(spec)]), [
        `main/shop/Deployment.apps/web: the PodDisruptionBudget "web" lets none of ${replicas} pods go: its ${found}`,
      ]);
    }
    assert.deepEqual(check([workload(3), budget({ minAvailable: "66%" })]), []);
  });

  it("refuses several for the same pods, with which no pod can be evicted", () => {
    assert.deepEqual(check([workload(2), budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 1 }, "all")]), [
      'main/shop/Deployment.apps/web: several PodDisruptionBudgets select its pods ("web", "all"), so none can be evicted',
    ]);
  });
});
