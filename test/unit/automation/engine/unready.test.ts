import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { finalizersLeft, podProblem, replicaFailure } from "../../../../automation/engine/unready.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";

const waiting = (name: string, reason: string, message?: string): JsonObject => ({
  name,
  state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
});

describe("the reason that a workload is not ready", () => {
  it("is that of its pods not being created, where its conditions say so", () => {
    const condition = { type: "ReplicaFailure", status: "True", message: 'pods "web-1" is forbidden: no' };
    assert.equal(replicaFailure({ status: { conditions: [condition] } }), 'pods "web-1" is forbidden: no');
    assert.equal(replicaFailure({ status: { conditions: [{ ...condition, status: "False" }] } }), undefined);
    assert.equal(replicaFailure({}), undefined);
  });

  it("else what a container waits for, init containers first", () => {
    const pulling = { containerStatuses: [waiting("web", "ImagePullBackOff", "Back-off pulling image")] };
    assert.equal(
      podProblem([{ status: pulling }]),
      'container "web" is waiting (ImagePullBackOff: Back-off pulling image)',
    );
    const crashing = { ...pulling, initContainerStatuses: [waiting("init", "CrashLoopBackOff")] };
    assert.equal(podProblem([{ status: crashing }]), 'container "init" is waiting (CrashLoopBackOff)');
  });

  it("else that a pod has no node; stages that every pod passes are none", () => {
    const condition = {
      type: "PodScheduled",
      status: "False",
      message: "0/1 nodes are available: 1 Insufficient cpu.",
    };
    const starting = { containerStatuses: [waiting("web", "ContainerCreating")] };
    assert.equal(podProblem([{ status: starting }]), undefined);
    assert.equal(
      podProblem([{ status: starting }, { status: { conditions: [condition] } }]),
      "0/1 nodes are available: 1 Insufficient cpu.",
    );
  });

  it("is, for one that was deleted, what its finalizers wait for", () => {
    const finalizers = ["example.com/a", "example.com/b"];
    const deletionTimestamp = "2026-05-01T10:00:00Z";
    const reason = "it waits for its finalizers (example.com/a, example.com/b)";
    assert.equal(finalizersLeft({ metadata: { finalizers, deletionTimestamp } }), reason);
    assert.equal(finalizersLeft({ metadata: { finalizers } }), undefined);
    assert.equal(finalizersLeft({ metadata: { deletionTimestamp } }), undefined);
    assert.equal(finalizersLeft({}), undefined);
  });
});
