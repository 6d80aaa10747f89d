import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { record } from "../../core/manifest/json.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { stampOwner } from "../../core/plan/ownership.ts";
import { resourceHooks } from "../../core/plan/step-name.ts";
import { application, planned } from "./plans.ts";
import { runProgram } from "./program.ts";

function deployment(name: string, owner = "web"): KubernetesObject {
  const metadata = { name, namespace: "payments" };
  const object = { apiVersion: "apps/v1", kind: "Deployment", metadata };
  return stampOwner(object, { environment: "dev", application: owner, origin: "web/web.yaml" });
}

const [web, api] = [
  application("web", [planned(deployment("web"))]),
  application("api", [planned(deployment("api", "api"))]),
];
const old = "eu/payments/Deployment.apps/old";
const oldInputs = deployment("old");

describe("the deletion of an object", () => {
  it("is asked about, and watched where the provider does not look", async () => {
    const { resources } = await runProgram([web]);
    const workload = resources.get("eu/payments/Deployment.apps/web")?.hooks;
    assert.deepEqual(workload, {
      beforeDelete: [resourceHooks.objectDeletion],
      afterDelete: [resourceHooks.objectDeleted],
    });
    assert.deepEqual(resources.get("eu/_/Namespace/payments")?.hooks, { beforeDelete: [resourceHooks.objectDeletion] });
  });

  it("goes on where its application came up, or left the environment", async () => {
    for (const applications of [[web, api], [api]]) {
      const { call } = await runProgram(applications, ["application/api/ready"]);
      await call(resourceHooks.objectDeletion, old, { oldInputs });
    }
  });

  it("is refused where its application did not come up in this run", async () => {
    const { call } = await runProgram([web], ["application/web/ready"]);
    await assert.rejects(
      call(resourceHooks.objectDeletion, old, { oldInputs }),
      /DELETION_HELD Deployment\.apps payments\/old on eu is not deleted: application web did not come up in this run/,
    );
  });

  it("is part of making it anew, unless what comes before it failed", async () => {
    const name = "eu/payments/Deployment.apps/web";
    const replaced = { oldInputs: deployment("web") };
    const told = deployment("web");
    const annotations = { ...record(told.metadata["annotations"]), "driftless.dev/replace": "true" };
    const anew = application("web", [planned({ ...told, metadata: { ...told.metadata, annotations } })]);
    const fine = await runProgram([anew], ["application/web/ready"]);
    await fine.call(resourceHooks.objectDeletion, name, replaced);
    const failed = await runProgram([anew], ["tenant/payments/ready"]);
    await assert.rejects(failed.call(resourceHooks.objectDeletion, name, replaced), /DELETION_HELD/);
    const untold = await runProgram([web]);
    await assert.rejects(untold.call(resourceHooks.objectDeletion, name, replaced), /IMMUTABLE_FIELD/);
  });

  it("is refused where it needs a confirmation that nobody gave", async () => {
    const { call } = await runProgram([web]);
    const name = "eu/payments/PersistentVolumeClaim/data";
    await assert.rejects(
      call(resourceHooks.objectDeletion, name, {}),
      /DELETION_UNCONFIRMED PersistentVolumeClaim payments\/data on eu/,
    );
  });

  it("ends when it is gone, if it is made anew", async () => {
    const name = "eu/payments/Deployment.apps/web";
    const { call, delivery } = await runProgram([web]);
    await call(resourceHooks.objectDeleted, name, { oldInputs: deployment("web") });
    await call(resourceHooks.objectDeleted, old, { oldInputs });
    assert.deepEqual(delivery.calls, [`gone ${name}`]);
    delivery.stuck.add(name);
    await assert.rejects(
      call(resourceHooks.objectDeleted, name, { oldInputs: deployment("web") }),
      /DELETION_TIMEOUT Deployment\.apps payments\/web on eu is still there 5m after its deletion/,
    );
  });

  it("is not held up when everything is destroyed", async () => {
    const { call, delivery, inputsOf } = await runProgram([web], ["application/web/ready"]);
    const gate = "application/web/ready";
    await call(resourceHooks.gateDeletion, gate, { oldInputs: inputsOf(gate) });
    await call(resourceHooks.objectDeletion, old, { oldInputs });
    await call(resourceHooks.objectDeleted, "eu/payments/Deployment.apps/web", { oldInputs: deployment("web") });
    assert.deepEqual(delivery.calls, ["gone"]);
  });
});

describe("the deletion of a gate that others needed", () => {
  it("is refused while one of them did not come up: the state of what was skipped refers to it", async () => {
    const dependant = { ...api, dependsOn: ["web"] };
    const gate = "application/web/ready";
    const inputs = { oldInputs: (await runProgram([web, dependant])).inputsOf(gate) };
    const fine = await runProgram([api]);
    await fine.call(resourceHooks.gateDeletion, gate, inputs);
    const failed = await runProgram([api], ["application/api/ready"]);
    await assert.rejects(failed.call(resourceHooks.gateDeletion, gate, inputs), /DELETION_HELD .*application api/);
  });
});
