import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject } from "../../../core/manifest/manifest.ts";
import { replicasMinimum } from "../../../policies/rules/replicas-minimum.ts";
import { stackMessagesOf } from "../evaluate.ts";

function workload(replicas: Json | undefined, kind = "Deployment", namespace = "shop"): JsonObject {
  const spec = replicas === undefined ? {} : { replicas };
  return { apiVersion: "apps/v1", kind, metadata: { name: "web", namespace }, spec };
}

function scaler(minReplicas: Json | undefined, kind = "Deployment", namespace = "shop"): JsonObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind, name: "web" };
  const spec = { scaleTargetRef, maxReplicas: 9, ...(minReplicas === undefined ? {} : { minReplicas }) };
  return { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "web", namespace }, spec };
}

const web = "main/shop/Deployment.apps/web";

describe("replicas-minimum", () => {
  it("accepts as many as the settings say, and more", () => {
    assert.deepEqual(stackMessagesOf(replicasMinimum, [workload(2), workload(5, "StatefulSet")]), []);
    assert.deepEqual(stackMessagesOf(replicasMinimum, [workload(1)], { minimum: 1 }), []);
  });

  it("refuses fewer, and takes none that are named for one", () => {
    for (const replicas of [undefined, null, 1, "3"]) {
      assert.deepEqual(stackMessagesOf(replicasMinimum, [workload(replicas)]), [
        `${web}: it may run on 1 pod, less than 2`,
      ]);
    }
    assert.deepEqual(stackMessagesOf(replicasMinimum, [workload(0)]), [`${web}: it may run on 0 pods, less than 2`]);
    assert.equal(stackMessagesOf(replicasMinimum, [workload(2)], { minimum: 3 }).length, 1);
  });

  it("asks the kinds that the settings name", () => {
    assert.deepEqual(stackMessagesOf(replicasMinimum, [workload(1, "DaemonSet"), workload(1, "ReplicaSet")]), []);
    assert.equal(stackMessagesOf(replicasMinimum, [workload(1, "ReplicaSet")], { kinds: ["ReplicaSet"] }).length, 1);
  });

  it("takes the least of an autoscaler where there is one for the workload", () => {
    assert.deepEqual(stackMessagesOf(replicasMinimum, [scaler(2), workload(undefined)]), []);
    assert.equal(stackMessagesOf(replicasMinimum, [workload(3), scaler(undefined)]).length, 1);
    for (const other of [scaler(2, "StatefulSet"), scaler(2, "Deployment", "other")])
      assert.equal(stackMessagesOf(replicasMinimum, [workload(undefined), other]).length, 1);
    assert.equal(stackMessagesOf(replicasMinimum, [workload(0), scaler(2)]).length, 1);
  });
});
