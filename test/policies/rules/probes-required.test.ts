import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { probesRequired } from "../../../policies/rules/probes-required.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const bare = { containers: [{ name: "web" }] };
const missing = 'container "web" has no readiness probe';

function workload(kind: string, spec: JsonObject): JsonObject {
  return { apiVersion: "apps/v1", kind, metadata: { name: "web" }, spec: { template: { spec } } };
}

describe("probes-required", () => {
  for (const readinessProbe of [
    { httpGet: { port: 80 } },
    { tcpSocket: { port: 80 } },
    { grpc: { port: 80 } },
    { exec: { command: ["true"] } },
  ]) {
    it(`accepts ${JSON.stringify(readinessProbe)}`, () => {
      assert.deepEqual(messagesOf(probesRequired, pod({ readinessProbe })), []);
    });
  }

  for (const readinessProbe of [null, {}, { periodSeconds: 5 }, "yes", { httpGet: null }]) {
    it(`refuses ${JSON.stringify(readinessProbe)}`, () => {
      assert.deepEqual(messagesOf(probesRequired, pod({ readinessProbe })), [missing]);
    });
  }

  it("asks for the probes that the settings name", () => {
    const object = pod({ readinessProbe: null, livenessProbe: null });
    assert.deepEqual(messagesOf(probesRequired, object, { probes: ["liveness", "startup"] }), [
      'container "web" has no liveness probe',
      'container "web" has no startup probe',
    ]);
  });

  it("asks workloads that keep running, and none that ends", () => {
    for (const kind of ["Deployment", "StatefulSet", "DaemonSet"])
      assert.deepEqual(messagesOf(probesRequired, workload(kind, bare)), [missing]);
    assert.deepEqual(messagesOf(probesRequired, workload("Job", bare)), []);
    assert.deepEqual(messagesOf(probesRequired, workload("Job", { ...bare, restartPolicy: "Never" })), []);
    const cron = { kind: "CronJob", spec: { jobTemplate: { spec: { template: { spec: bare } } } } };
    assert.deepEqual(messagesOf(probesRequired, cron), []);
    assert.deepEqual(messagesOf(probesRequired, { kind: "Pod", spec: { ...bare, restartPolicy: "OnFailure" } }), []);
  });

  it("asks init containers that keep running, unless the settings leave them out", () => {
    const initContainers = [{ name: "migrate" }, { name: "proxy", restartPolicy: "Always" }];
    const object = pod({}, { initContainers, ephemeralContainers: [{ name: "debug" }] });
    assert.deepEqual(messagesOf(probesRequired, object), ['init container "proxy" has no readiness probe']);
    assert.deepEqual(messagesOf(probesRequired, object, { sidecars: false }), []);
  });
});
