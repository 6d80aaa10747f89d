import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { degraded, progressing } from "../../core/health/status.ts";
import type { ApplicationPlan, PlannedObject } from "../../core/plan/plan.ts";
import { resourceHooks } from "../../core/plan/step-name.ts";
import { application, configMap, planned } from "./plans.ts";
import { runProgram, type Program } from "./program.ts";

const deployment = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
});
const inWave = (wave: number, name: string): PlannedObject => ({ ...planned(deployment(name)), wave });

const api = application("api", [inWave(0, "api")]);
const web = application("web", [inWave(-1, "first"), inWave(3, "last")], ["api"]);

const run = (...applications: ApplicationPlan[]): Promise<Program> => runProgram(applications);

describe("the gates of an application", () => {
  it("stand between its waves, and behind everything", async () => {
    const { resources } = await run(api, web);
    const edges = (name: string) => resources.get(name)?.dependsOn.map((urn) => urn.split("::")[1]);
    assert.deepEqual(edges("application/web/start"), ["application/api/ready", "tenant/payments/ready"]);
    assert.deepEqual(edges("eu/shop/Deployment.apps/first"), ["application/web/start"]);
    assert.deepEqual(edges("application/web/wave/-1"), ["eu/shop/Deployment.apps/first"]);
    assert.deepEqual(edges("eu/shop/Deployment.apps/last"), ["application/web/wave/-1"]);
    assert.deepEqual(edges("application/web/ready"), ["eu/shop/Deployment.apps/last"]);
  });

  it("are as few as can be: one for an application of one wave that depends on nothing", async () => {
    const { resources } = await run(api);
    const gates = [...resources.values()].filter(({ type, name }) => type === "pulumi:index:Stash" && /api/.test(name));
    assert.deepEqual(
      gates.map(({ name }) => name),
      ["application/api/ready"],
    );
  });

  it("wait for what they guard: their wave, everything, or all of what is depended on", async () => {
    const { call, delivery } = await run(api, web);
    await call(resourceHooks.gate, "application/web/start");
    await call(resourceHooks.gate, "application/web/wave/-1");
    await call(resourceHooks.gate, "application/web/ready");
    assert.deepEqual(delivery.calls, [
      "healthy eu/shop/Deployment.apps/api",
      "healthy eu/shop/Deployment.apps/first",
      "healthy eu/shop/Deployment.apps/first eu/shop/Deployment.apps/last",
    ]);
  });

  it("are passed without waiting where only what follows them is another", async () => {
    const recording = await run(api, web);
    const oldInputs = recording.inputsOf("application/web/wave/-1");
    await recording.call(resourceHooks.gate, "application/web/wave/-1", { oldInputs });
    assert.deepEqual(recording.delivery.calls, []);
  });

  it("fail with each object that cannot get there by itself, and why", async () => {
    const { call, delivery } = await run(application("web", [inWave(0, "a"), inWave(0, "b"), inWave(0, "c")]));
    delivery.unhealthy.set("eu/shop/Deployment.apps/a", degraded("The image does not exist."));
    delivery.unhealthy.set("eu/shop/Deployment.apps/b", progressing("0 of 1 replicas available."));
    await assert.rejects(call(resourceHooks.gate, "application/web/ready"), (error: Error) => {
      const [first, ...more] = error.message.split("\n");
      assert.equal(
        first,
        "UNHEALTHY application web: Deployment.apps shop/a on eu is degraded: The image does not exist.",
      );
      assert.match(more.join("\n"), /^ {2}fix: \S.*$/);
      return true;
    });
  });

  it("fail with what is left when the time is over", async () => {
    const { call, delivery } = await run(api);
    delivery.unhealthy.set("eu/shop/Deployment.apps/api", progressing("0 of 1 replicas available."));
    await assert.rejects(
      call(resourceHooks.gate, "application/api/ready"),
      /^DriftlessError: HEALTH_TIMEOUT application api: Deployment\.apps shop\/api on eu was not healthy within 90s: 0 of 1/,
    );
  });

  it("say that it is another application that is not well", async () => {
    const { call, delivery } = await run(api, web);
    delivery.unhealthy.set("eu/shop/Deployment.apps/api", degraded("It crashes."));
    await assert.rejects(
      call(resourceHooks.gate, "application/web/start"),
      /DEPENDENCY_UNHEALTHY application web: what it depends on: Deployment\.apps shop\/api on eu is degraded: It crashes/,
    );
  });

  it("keep the state linear in the number of objects", async () => {
    const edges = async (size: number): Promise<number> => {
      const names = Array.from({ length: size }, (_, at) => `object-${at}`);
      const kinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
      const objects = [0, 1].flatMap((wave) => [
        ...names.map((name) => ({ ...planned(configMap(`${name}-${wave}`)), wave })),
        ...names.flatMap((name) => {
          const metadata = { name: `${name}-${wave}` };
          const apiVersion = "admissionregistration.k8s.io/v1";
          return kinds.map((kind) => ({ ...planned({ apiVersion, kind, metadata }), wave }));
        }),
      ]);
      const { resources } = await run(api, application("big", objects, ["api"]));
      return [...resources.values()].reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
    };
    const [two, four, eight] = [await edges(2), await edges(4), await edges(8)];
    assert.equal(eight - four, 2 * (four - two));
    // Each object depends on one gate, and one gate on it.
    assert.equal(four - two, 2 * 6 * 2);
  });
});

describe("the deletion of a gate", () => {
  it("waits until the workloads behind it are gone, if the plan no longer holds them", async () => {
    const before = await run(api, web);
    const oldInputs = before.inputsOf("application/web/start");
    const { call, delivery } = await run(api);
    await call(resourceHooks.gateDeletion, "application/web/start", { oldInputs });
    assert.deepEqual(delivery.calls, ["gone eu/shop/Deployment.apps/first"]);
  });

  it("does not wait for what stays, in another wave", async () => {
    const oldInputs = (await run(api, web)).inputsOf("application/web/wave/-1");
    const { call, delivery } = await run(application("web", [inWave(0, "first"), inWave(0, "last")]));
    await call(resourceHooks.gateDeletion, "application/web/wave/-1", { oldInputs });
    assert.deepEqual(delivery.calls, ["gone"]);
  });

  it("waits for what the plan holds too when everything is destroyed", async () => {
    const recording = await run(api, web);
    const { call, delivery } = recording;
    const go = (name: string) => call(resourceHooks.gateDeletion, name, { oldInputs: recording.inputsOf(name) });
    await go("application/web/ready");
    await go("application/web/wave/-1");
    assert.deepEqual(delivery.calls, ["gone", "gone eu/shop/Deployment.apps/last"]);
  });

  it("fails while a workload behind it does not go", async () => {
    const recording = await run(api, web);
    const { call, delivery } = await run(api);
    delivery.stuck.add("eu/shop/Deployment.apps/first");
    await assert.rejects(
      call(resourceHooks.gateDeletion, "application/web/start", {
        oldInputs: recording.inputsOf("application/web/start"),
      }),
      /DELETION_TIMEOUT Deployment\.apps shop\/first on eu is still there 90s after its deletion/,
    );
  });
});
