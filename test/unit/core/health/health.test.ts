import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { healthOf } from "../../../../core/health/health.ts";
import type { HealthStatus } from "../../../../core/health/status.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";

function live(
  kind: string,
  spec: JsonObject,
  status: JsonObject | undefined,
  metadata: JsonObject = {},
): KubernetesObject {
  const apiVersion = /Deployment|Set$/.test(kind) ? "apps/v1" : kind === "Job" ? "batch/v1" : "v1";
  return {
    apiVersion: kind === "Widget" ? "example.com/v1" : apiVersion,
    kind,
    metadata: { name: "a", generation: 2, ...metadata },
    spec,
    ...(status === undefined ? {} : { status }),
  };
}
const when = (type: string, status: string, reason = "", message = ""): Json => ({ type, status, reason, message });
const seen = { observedGeneration: 2 };
const waiting = (reason: string): Json => [{ name: "web", state: { waiting: { reason, message: "why" } } }];

const table: readonly (readonly [string, HealthStatus, KubernetesObject])[] = [
  ["a new Deployment", "progressing", live("Deployment", { replicas: 2 }, undefined)],
  [
    "a Deployment whose change was not seen",
    "progressing",
    live("Deployment", {}, { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
  ],
  [
    "a Deployment with old replicas",
    "progressing",
    live("Deployment", { replicas: 2 }, { ...seen, replicas: 3, updatedReplicas: 2, availableReplicas: 2 }),
  ],
  [
    "a Deployment that updates",
    "progressing",
    live("Deployment", { replicas: 2 }, { ...seen, replicas: 2, updatedReplicas: 1, availableReplicas: 2 }),
  ],
  [
    "a Deployment without enough available",
    "progressing",
    live("Deployment", { replicas: 2 }, { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 1 }),
  ],
  [
    "a Deployment with all",
    "healthy",
    live("Deployment", { replicas: 2 }, { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
  ],
  ["a Deployment of one by default", "progressing", live("Deployment", {}, { ...seen })],
  ["a Deployment of none", "healthy", live("Deployment", { replicas: 0 }, { ...seen })],
  ["a paused Deployment", "suspended", live("Deployment", { paused: true }, { ...seen })],
  [
    "a Deployment past its deadline",
    "degraded",
    live(
      "Deployment",
      {},
      { ...seen, conditions: [when("Progressing", "False", "ProgressDeadlineExceeded", "too late")] },
    ),
  ],
  [
    "a Deployment over quota",
    "degraded",
    live("Deployment", {}, { ...seen, conditions: [when("ReplicaFailure", "True", "FailedCreate", "quota")] }),
  ],
  [
    "a StatefulSet with all",
    "healthy",
    live("StatefulSet", { replicas: 2 }, { ...seen, readyReplicas: 2, currentRevision: "b", updateRevision: "b" }),
  ],
  [
    "a StatefulSet not ready",
    "progressing",
    live("StatefulSet", { replicas: 2 }, { ...seen, readyReplicas: 1, currentRevision: "b", updateRevision: "b" }),
  ],
  [
    "a StatefulSet that updates",
    "progressing",
    live(
      "StatefulSet",
      { replicas: 2 },
      { ...seen, readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    ),
  ],
  [
    "a StatefulSet updated on deletion",
    "healthy",
    live(
      "StatefulSet",
      { replicas: 2, updateStrategy: { type: "OnDelete" } },
      { ...seen, readyReplicas: 2, currentRevision: "a", updateRevision: "b" },
    ),
  ],
  [
    "a StatefulSet held at its partition",
    "healthy",
    live(
      "StatefulSet",
      { replicas: 3, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
      { ...seen, readyReplicas: 3, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    ),
  ],
  [
    "a StatefulSet below its partition",
    "progressing",
    live(
      "StatefulSet",
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } },
      { ...seen, readyReplicas: 3, updatedReplicas: 1 },
    ),
  ],
  [
    "a DaemonSet with all",
    "healthy",
    live("DaemonSet", {}, { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
  ],
  [
    "a DaemonSet that updates",
    "progressing",
    live("DaemonSet", {}, { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }),
  ],
  [
    "a DaemonSet without enough available",
    "progressing",
    live("DaemonSet", {}, { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2 }),
  ],
  [
    "a DaemonSet updated on deletion",
    "healthy",
    live(
      "DaemonSet",
      { updateStrategy: { type: "OnDelete" } },
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 },
    ),
  ],
  ["a DaemonSet without nodes", "healthy", live("DaemonSet", {}, { ...seen, desiredNumberScheduled: 0 })],
  ["a DaemonSet that nobody saw", "progressing", live("DaemonSet", {}, {})],
  ["a ReplicaSet with all", "healthy", live("ReplicaSet", { replicas: 1 }, { ...seen, availableReplicas: 1 })],
  ["a ReplicaSet without", "progressing", live("ReplicaSet", {}, { ...seen })],
  [
    "a ReplicaSet that cannot create",
    "degraded",
    live("ReplicaSet", {}, { ...seen, conditions: [when("ReplicaFailure", "True")] }),
  ],
  ["a new Job", "progressing", live("Job", {}, undefined)],
  ["a completed Job", "healthy", live("Job", {}, { conditions: [when("Complete", "True")] })],
  ["a failed Job", "degraded", live("Job", {}, { conditions: [when("Failed", "True", "BackoffLimitExceeded")] })],
  ["a suspended Job", "suspended", live("Job", { suspend: true }, { conditions: [when("Suspended", "True")] })],
  ["a pending Pod", "progressing", live("Pod", {}, { phase: "Pending" })],
  [
    "an unschedulable Pod",
    "progressing",
    live("Pod", {}, { phase: "Pending", conditions: [when("PodScheduled", "False", "Unschedulable", "no node")] }),
  ],
  ["a ready Pod", "healthy", live("Pod", {}, { phase: "Running", conditions: [when("Ready", "True")] })],
  ["a running Pod", "progressing", live("Pod", {}, { phase: "Running", conditions: [when("Ready", "False")] })],
  ["a Pod that is done", "healthy", live("Pod", {}, { phase: "Succeeded" })],
  ["a Pod that failed", "degraded", live("Pod", {}, { phase: "Failed", reason: "Evicted" })],
  ["a Pod of a lost node", "unknown", live("Pod", {}, { phase: "Unknown" })],
  [
    "a Pod without its image",
    "degraded",
    live("Pod", {}, { phase: "Pending", containerStatuses: waiting("ImagePullBackOff") }),
  ],
  [
    "a Pod that crashes at its start",
    "degraded",
    live("Pod", {}, { phase: "Pending", initContainerStatuses: waiting("CrashLoopBackOff") }),
  ],
  [
    "a Pod that is being made",
    "progressing",
    live("Pod", {}, { phase: "Pending", containerStatuses: waiting("ContainerCreating") }),
  ],
  ["a bound claim", "healthy", live("PersistentVolumeClaim", {}, { phase: "Bound" })],
  ["a pending claim", "progressing", live("PersistentVolumeClaim", {}, { phase: "Pending" })],
  ["a lost claim", "degraded", live("PersistentVolumeClaim", {}, { phase: "Lost" })],
  ["a Service", "healthy", live("Service", { type: "ClusterIP" }, { loadBalancer: {} })],
  [
    "a load balancer without an address",
    "progressing",
    live("Service", { type: "LoadBalancer" }, { loadBalancer: {} }),
  ],
  [
    "a load balancer with an address",
    "healthy",
    live("Service", { type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } }),
  ],
  ["an object without a status", "healthy", live("ConfigMap", {}, undefined)],
  ["a custom resource that is ready", "healthy", live("Widget", {}, { ...seen, conditions: [when("Ready", "True")] })],
  [
    "a custom resource that is not ready",
    "progressing",
    live("Widget", {}, { ...seen, conditions: [when("Ready", "False", "", "soon")] }),
  ],
  [
    "a custom resource whose change was not seen",
    "progressing",
    live("Widget", {}, { observedGeneration: 1, conditions: [when("Ready", "True")] }),
  ],
  [
    "a custom resource that stalls",
    "degraded",
    live("Widget", {}, { ...seen, conditions: [when("Stalled", "True"), when("Ready", "False")] }),
  ],
  [
    "an object that is being deleted",
    "progressing",
    live("ConfigMap", {}, undefined, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
  ],
  ["a kind called constructor", "healthy", live("constructor", {}, undefined)],
  [
    "a status of the wrong type",
    "healthy",
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, status: ["x"] },
  ],
];

describe("healthOf", () => {
  for (const [what, status, object] of table) {
    it(`calls ${what} ${status}`, () => {
      const health = healthOf(object);
      assert.equal(health.status, status, health.reason);
      assert.match(health.reason, /\S/);
    });
  }

  it("says why", () => {
    const reasons = table.map(([, , object]) => healthOf(object).reason);
    for (const part of [
      "too late",
      "quota",
      "BackoffLimitExceeded",
      "no node",
      "Evicted",
      'Container "web" cannot pull its image (ImagePullBackOff): why.',
      "soon",
      "1 of 2 replicas updated.",
    ]) {
      assert.ok(
        reasons.some((reason) => reason.includes(part)),
        part,
      );
    }
  });
});
