import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { containersOf } from "../../policies/containers.ts";

const spec = {
  containers: [{ name: "web" }],
  initContainers: [{ name: "migrate" }],
  ephemeralContainers: [{ name: "debug" }],
};
const labels = ['container "web"', 'init container "migrate"', 'ephemeral container "debug"'];

const workloads: Record<string, JsonObject> = {
  Pod: { spec },
  PodTemplate: { template: { spec } },
  Deployment: { spec: { template: { spec } } },
  StatefulSet: { spec: { template: { spec } } },
  DaemonSet: { spec: { template: { spec } } },
  ReplicaSet: { spec: { template: { spec } } },
  ReplicationController: { spec: { template: { spec } } },
  Job: { spec: { template: { spec } } },
  CronJob: { spec: { jobTemplate: { spec: { template: { spec } } } } },
  Rollout: { spec: { template: { spec } } },
};

describe("containers of an object", () => {
  for (const [kind, body] of Object.entries(workloads)) {
    it(`finds every container of a ${kind}`, () => {
      assert.deepEqual(
        containersOf({ kind, ...body }).map(({ label }) => label),
        labels,
      );
    });
  }

  it("finds none where there are none", () => {
    const without: JsonObject[] = [
      {},
      { kind: "ConfigMap", data: { containers: "web" } },
      { kind: "Deployment", spec: null },
      { kind: "Deployment", spec: { template: { spec: { containers: "web" } } } },
      { kind: "Pod", spec: { containers: ["web", 1] } },
      { kind: "TaskRun", spec },
    ];
    for (const object of without) assert.deepEqual(containersOf(object), []);
  });

  it("takes null for a container that says nothing, as Kubernetes does", () => {
    assert.deepEqual(
      containersOf({ kind: "Pod", spec: { containers: [null] } }).map(({ label, spec }) => [label, spec]),
      [["container number 1", {}]],
    );
  });

  it("calls a container without a name by its number", () => {
    const [first, second] = containersOf({ kind: "Pod", spec: { containers: [{ name: "web" }, { image: "nginx" }] } });
    assert.equal(first?.label, 'container "web"');
    assert.equal(second?.label, "container number 2");
  });
});
