import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { degraded } from "../../core/health/status.ts";
import type { ApplicationPlan, PlannedObject } from "../../core/plan/plan.ts";
import { resourceHooks } from "../../core/plan/step-name.ts";
import { application, planned } from "./plans.ts";
import { runProgram } from "./program.ts";

const deployment = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
});
const on = (cluster: string, name: string, wave = 0): PlannedObject => ({
  ...planned(deployment(name), cluster),
  wave,
});

const objects = ["eu", "us", "ap"].flatMap((cluster) => [on(cluster, "first", 0), on(cluster, "last", 1)]);
const web = (changes: Partial<ApplicationPlan> = {}): ApplicationPlan => ({
  ...application("web", objects),
  clusters: ["ap", "eu", "us"],
  rollout: [
    { step: 1, clusters: ["eu"], pauseSeconds: 60 },
    { step: 2, clusters: ["us", "ap"] },
  ],
  ...changes,
});
const without = (cluster: string): ApplicationPlan => ({
  ...web(),
  clusters: web().clusters.filter((name) => name !== cluster),
  objects: objects.filter((object) => object.cluster !== cluster),
  unreachable: [cluster],
});

describe("an application that is updated in steps", () => {
  it("begins each step behind the gate of the one before, with as many edges as objects", async () => {
    const { resources } = await runProgram([web()]);
    const edges = (name: string) => resources.get(name)?.dependsOn.map((urn) => urn.split("::")[1]);
    assert.deepEqual(edges("eu/shop/Deployment.apps/first"), ["tenant/payments/ready"]);
    assert.deepEqual(edges("application/web/step/1/wave/0"), ["eu/shop/Deployment.apps/first"]);
    assert.deepEqual(edges("eu/shop/Deployment.apps/last"), ["application/web/step/1/wave/0"]);
    assert.deepEqual(edges("application/web/step/1"), ["eu/shop/Deployment.apps/last"]);
    for (const cluster of ["us", "ap"]) {
      assert.deepEqual(edges(`${cluster}/shop/Deployment.apps/first`), ["application/web/step/1"]);
      assert.deepEqual(edges(`${cluster}/shop/Deployment.apps/last`), ["application/web/step/2/wave/0"]);
    }
    assert.deepEqual(edges("application/web/ready"), ["ap/shop/Deployment.apps/last", "us/shop/Deployment.apps/last"]);
  });

  it("waits for all of the steps before, lets the pause pass, and looks again", async () => {
    const { call, delivery } = await runProgram([web()]);
    await call(resourceHooks.gate, "application/web/step/1");
    const healthy = "healthy eu/shop/Deployment.apps/first eu/shop/Deployment.apps/last";
    assert.deepEqual(delivery.calls, [healthy, "pause 60", healthy]);
  });

  it("fails by the name of the step", async () => {
    const { call, delivery } = await runProgram([web()]);
    delivery.unhealthy.set("eu/shop/Deployment.apps/last", degraded("It crashes."));
    await assert.rejects(
      call(resourceHooks.gate, "application/web/step/1"),
      /^DriftlessError: UNHEALTHY application web: step 1 of 2 \(eu\): Deployment\.apps shop\/last on eu is degraded: It crashes\./,
    );
    assert.deepEqual(
      delivery.calls.filter((text) => text.startsWith("pause")),
      [],
    );
  });

  it("looks at the steps before whenever anything of it changes, also on later clusters alone", async () => {
    const before = (await runProgram([web()])).inputsOf("application/web/step/1");
    const { call, delivery } = await runProgram([web({ digest: "sha256:other" })]);
    await call(resourceHooks.gate, "application/web/step/1", { oldInputs: before });
    assert.equal(delivery.calls.length, 3);
    await call(resourceHooks.gate, "application/web/step/1", {
      oldInputs: (await runProgram([web({ digest: "sha256:other" })])).inputsOf("application/web/step/1"),
    });
    assert.equal(delivery.calls.length, 3);
  });

  it("never passes the gate of a step of which a cluster cannot be reached", async () => {
    const first = await runProgram([without("eu")]);
    await assert.rejects(
      first.call(resourceHooks.gate, "application/web/step/1"),
      /ROLLOUT_HELD .*"eu" cannot be reached/,
    );
    const last = await runProgram([without("ap")]);
    await last.call(resourceHooks.gate, "application/web/step/1");
    await assert.rejects(
      last.call(resourceHooks.gate, "application/web/ready"),
      /ROLLOUT_HELD .*"ap" cannot be reached/,
    );
  });
});

describe("an application that is updated everywhere at once", () => {
  const plain = (changes: Partial<ApplicationPlan> = {}): ApplicationPlan => {
    const { rollout, ...rest } = { ...web(), ...changes };
    return rollout === undefined ? rest : rest;
  };

  it("goes on without a cluster that cannot be reached, and is waited for again once that is there", async () => {
    const { rollout, ...rest } = without("ap");
    assert.ok(rollout !== undefined);
    const partial = await runProgram([rest]);
    await partial.call(resourceHooks.gate, "application/web/ready");
    assert.equal(partial.delivery.calls.length, 1);
    const whole = await runProgram([plain()]);
    await whole.call(resourceHooks.gate, "application/web/ready", {
      oldInputs: partial.inputsOf("application/web/ready"),
    });
    assert.equal(whole.delivery.calls.length, 1);
  });

  it("does not come up where none of its clusters can be reached", async () => {
    const { call } = await runProgram([plain({ clusters: [], objects: [], unreachable: ["ap", "eu", "us"] })]);
    await assert.rejects(call(resourceHooks.gate, "application/web/ready"), /ROLLOUT_HELD/);
  });
});
