import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { healthOf } from "../../../../core/health/health.ts";
import { waitsForConsumer } from "../../../../core/health/kinds/persistent-volume-claim.ts";
import type { HealthStatus } from "../../../../core/health/status.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";

function live(apiVersion: string, kind: string, spec: string, status: string, metadata = ""): KubernetesObject {
  const object: unknown = parse(`apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: a, generation: 2, ${metadata} }
spec: { ${spec} }
status: { ${status} }`);
  return object as KubernetesObject;
}

type Row = readonly [string, string, string, string, string, HealthStatus, RegExp];

const conditionOf = (type: string, status: string, reason = "", message = ""): string =>
  `conditions: [{ type: ${type}, status: "${status}", reason: "${reason}", message: "${message}" }]`;

const rows: readonly Row[] = [
  [
    "a scaled-down StatefulSet",
    "apps/v1",
    "StatefulSet",
    "replicas: 1",
    "observedGeneration: 2, replicas: 2, readyReplicas: 2",
    "progressing",
    /surplus/,
  ],
  [
    "a StatefulSet updated by hand",
    "apps/v1",
    "StatefulSet",
    "replicas: 1, updateStrategy: { type: OnDelete }",
    "observedGeneration: 2, replicas: 1, readyReplicas: 1, updateRevision: b, currentRevision: a",
    "healthy",
    /deleted/,
  ],
  [
    "a StatefulSet of none",
    "apps/v1",
    "StatefulSet",
    "replicas: 0",
    "observedGeneration: 2, updateRevision: b, currentRevision: a",
    "healthy",
    /0 replicas/,
  ],
  [
    "a scaled-down ReplicaSet",
    "apps/v1",
    "ReplicaSet",
    "replicas: 1",
    "observedGeneration: 2, replicas: 2, availableReplicas: 2",
    "progressing",
    /surplus/,
  ],
  [
    "a Deployment that may create no pods",
    "apps/v1",
    "Deployment",
    "",
    `observedGeneration: 2, ${conditionOf("ReplicaFailure", "True", "FailedCreate", "exceeded quota: pods")}`,
    "degraded",
    /Pods cannot be created: exceeded quota/,
  ],
  [
    "a Job that failed",
    "batch/v1",
    "Job",
    "",
    conditionOf("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit"),
    "degraded",
    /The Job failed: .*backoff limit/,
  ],
  [
    "a Job that tries again",
    "batch/v1",
    "Job",
    "",
    "active: 1, failed: 2",
    "progressing",
    /Pods: 1 running, 0 done, 2 failed/,
  ],
  ["a CronJob", "batch/v1", "CronJob", 'schedule: "0 3 * * *"', "", "healthy", /0 3/],
  ["a suspended CronJob", "batch/v1", "CronJob", "suspend: true", "", "suspended", /suspended/],
  ["an Ingress without an address", "networking.k8s.io/v1", "Ingress", "", "loadBalancer: {}", "healthy", /no address/],
  [
    "an Ingress with an address",
    "networking.k8s.io/v1",
    "Ingress",
    "",
    "loadBalancer: { ingress: [{ hostname: lb.example.com }] }",
    "healthy",
    /lb\.example\.com/,
  ],
  ["a new autoscaler", "autoscaling/v2", "HorizontalPodAutoscaler", "", "", "progressing", /not looked/],
  [
    "an autoscaler without a target",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "",
    conditionOf("AbleToScale", "False", "FailedGetScale", "deployments web not found"),
    "degraded",
    /web not found/,
  ],
  [
    "an autoscaler without metrics",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "",
    `conditions: [{ type: AbleToScale, status: "True" }, { type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: no metrics }]`,
    "healthy",
    /scales nothing yet: no metrics/,
  ],
  [
    "an autoscaler of a workload with no replicas",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "",
    `conditions: [{ type: AbleToScale, status: "True" }, { type: ScalingActive, status: "False", reason: ScalingDisabled, message: replicas is zero }]`,
    "suspended",
    /zero/,
  ],
  [
    "an autoscaler with a wrong metric",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "",
    `conditions: [{ type: AbleToScale, status: "True" }, { type: ScalingActive, status: "False", reason: InvalidMetricSourceType, message: what }]`,
    "degraded",
    /what/,
  ],
  ["a budget that nobody has counted", "policy/v1", "PodDisruptionBudget", "", "", "progressing", /latest/],
  [
    "a budget whose pods come later",
    "policy/v1",
    "PodDisruptionBudget",
    "",
    "observedGeneration: 2, currentHealthy: 0, desiredHealthy: 1",
    "healthy",
    /0 of 1/,
  ],
  [
    "a budget that fits two controllers",
    "policy/v1",
    "PodDisruptionBudget",
    "",
    `observedGeneration: 2, ${conditionOf("DisruptionAllowed", "False", "SyncFailed", "found no controllers")}`,
    "degraded",
    /no controllers/,
  ],
  ["a new definition", "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "", "progressing", /not served/],
  [
    "a definition whose names are taken",
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "",
    conditionOf("NamesAccepted", "False", "ListKindConflict", "WidgetList is in use"),
    "degraded",
    /names are taken: WidgetList/,
  ],
  [
    "an established definition",
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "",
    `conditions: [{ type: NamesAccepted, status: "True" }, { type: Established, status: "True" }]`,
    "healthy",
    /served/,
  ],
  [
    "an APIService that nobody serves",
    "apiregistration.k8s.io/v1",
    "APIService",
    "",
    conditionOf("Available", "False", "MissingEndpoints", "no endpoints"),
    "progressing",
    /no endpoints/,
  ],
  [
    "an APIService",
    "apiregistration.k8s.io/v1",
    "APIService",
    "",
    conditionOf("Available", "True"),
    "healthy",
    /available/,
  ],
  ["a Namespace", "v1", "Namespace", "", "phase: Active", "healthy", /exists/],
  ["a Namespace that is emptied", "v1", "Namespace", "", "phase: Terminating", "progressing", /deleted/],
  [
    "a volume that failed",
    "v1",
    "PersistentVolume",
    "",
    "phase: Failed, message: no deleter",
    "degraded",
    /no deleter/,
  ],
  ["a free volume", "v1", "PersistentVolume", "", "phase: Available", "healthy", /Available/],
  [
    "a Pod that crashes",
    "v1",
    "Pod",
    "",
    "phase: Running, containerStatuses: [{ name: web, restartCount: 3, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 2, reason: Error } } }]",
    "degraded",
    /^Container "web" crashes \(exit code 2, 3 restarts\)\.$/,
  ],
  [
    "a Pod without memory",
    "v1",
    "Pod",
    "containers: [{ name: web, resources: { limits: { memory: 64Mi } } }]",
    "phase: Running, containerStatuses: [{ name: web, restartCount: 1, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 137, reason: OOMKilled } } }]",
    "degraded",
    /^Container "web" ran out of memory \(OOMKilled, limit 64Mi, 1 restart\)\.$/,
  ],
  [
    "a Pod whose image never comes",
    "v1",
    "Pod",
    "",
    `phase: Pending, containerStatuses: [{ name: web, image: "r/web:1", state: { waiting: { reason: ImagePullBackOff, message: 'Back-off pulling image "r/web:1"' } } }]`,
    "degraded",
    /cannot pull its image \(ImagePullBackOff\): Back-off pulling image "r\/web:1"\.$/,
  ],
  [
    "a Pod whose first container crashes at its start",
    "v1",
    "Pod",
    "",
    "phase: Pending, initContainerStatuses: [{ name: wait, restartCount: 1, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1 } } }], containerStatuses: [{ name: web, state: { waiting: { reason: PodInitializing } } }]",
    "degraded",
    /^Init container "wait" crashes/,
  ],
  [
    "a Pod without a Secret that it needs",
    "v1",
    "Pod",
    "",
    `phase: Pending, containerStatuses: [{ name: web, state: { waiting: { reason: CreateContainerConfigError, message: 'secret "db" not found' } } }]`,
    "degraded",
    /cannot start \(CreateContainerConfigError\): secret "db" not found/,
  ],
  [
    "a Pod that no node takes",
    "v1",
    "Pod",
    "",
    `phase: Pending, ${conditionOf("PodScheduled", "False", "Unschedulable", "0/3 nodes are available")}`,
    "progressing",
    /No node takes it: 0\/3 nodes/,
  ],
  [
    "a Pod that runs and is not ready",
    "v1",
    "Pod",
    "",
    `phase: Running, containerStatuses: [{ name: web, ready: false, state: { running: {} } }]`,
    "progressing",
    /"web" runs but is not ready/,
  ],
];

describe("the health of what Kubernetes has itself", () => {
  for (const [what, apiVersion, kind, spec, status, expected, reason] of rows) {
    it(`of ${what} is ${expected}`, () => {
      const health = healthOf(live(apiVersion, kind, spec, status));
      assert.equal(health.status, expected, health.reason);
      assert.match(health.reason, reason);
    });
  }

  it("shows the finalizers that hold a deletion", () => {
    const object = live("v1", "ConfigMap", "", "", "deletionTimestamp: now, finalizers: [example.com/hold]");
    assert.match(healthOf(object).reason, /example\.com\/hold/);
  });

  it("shows what controllers say on one short line that a terminal does not act on", () => {
    const message = `first\\nsecond \\u001b[31mred ${"x".repeat(1000)}`;
    const { reason } = healthOf(live("example.com/v1", "Widget", "", conditionOf("Stalled", "True", "", message)));
    assert.match(reason, /^Stalled: first second \uFFFD\[31mred x/);
    assert.ok(reason.length < 420);
  });
});

describe("a claim that nobody mounts", () => {
  const claim = (metadata = ""): KubernetesObject =>
    live("v1", "PersistentVolumeClaim", "storageClassName: late", "phase: Pending", metadata);

  it("is not waited for, because only a pod gets it a volume", () => {
    assert.equal(waitsForConsumer(claim(), new Set(["late"]))?.status, "suspended");
    assert.equal(waitsForConsumer(claim(), undefined)?.status, "suspended");
  });

  it("is waited for if its class gives volumes at once", () => {
    assert.equal(waitsForConsumer(claim(), new Set(["other"])), undefined);
  });

  it("is waited for once its pod has a node", () => {
    const chosen = "annotations: { volume.kubernetes.io/selected-node: a }";
    assert.equal(waitsForConsumer(claim(chosen), new Set(["late"])), undefined);
  });
});
