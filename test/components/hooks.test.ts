import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import type { ApplicationPlan, PlannedHook } from "../../core/plan/plan.ts";
import { resourceHooks } from "../../core/plan/step-name.ts";
import { application, configMap, planned } from "./plans.ts";
import { runProgram, type Program } from "./program.ts";

function hook(phase: PlannedHook["phase"], name: string, wave = 0, more: object = {}): PlannedHook {
  const metadata = { name, namespace: "payments" };
  const object: KubernetesObject = { apiVersion: "batch/v1", kind: "Job", metadata, ...more };
  return {
    ...{ resourceName: resourceName("eu", object), cluster: "eu", phase, wave },
    ...{ deletePolicies: ["before-creation"], object, origin: { path: "web/hooks.yaml" } },
  };
}

function web(hooks: readonly PlannedHook[], digest = "sha256:web"): ApplicationPlan {
  return { ...application("web", [planned(configMap("web"))]), hooks, digest };
}

const nameOf = (phase: string, name: string): string => `application/web/hook/${phase}/eu/payments/Job.batch/${name}`;
const run = (...hooks: PlannedHook[]): Promise<Program> => runProgram([web(hooks)]);

function edges({ resources }: Program): (name: string) => readonly string[] | undefined {
  return (name) => resources.get(name)?.dependsOn.map((urn) => urn.split("::")[1] ?? "");
}

describe("the hooks of an application", () => {
  it("stand around its objects, by phase and wave", async () => {
    const depend = edges(
      await run(hook("pre-deploy", "second", 1), hook("pre-deploy", "first", -1), hook("post-deploy", "check")),
    );
    assert.deepEqual(depend(nameOf("pre-deploy", "first")), ["tenant/payments/ready"]);
    assert.deepEqual(depend(nameOf("pre-deploy", "second")), [nameOf("pre-deploy", "first")]);
    assert.deepEqual(depend("eu/payments/ConfigMap/web"), [nameOf("pre-deploy", "second")]);
    assert.deepEqual(depend("application/web/wave/0"), ["eu/payments/ConfigMap/web"]);
    assert.deepEqual(depend(nameOf("post-deploy", "check")), ["application/web/wave/0"]);
    assert.deepEqual(depend("application/web/ready"), [nameOf("post-deploy", "check")]);
  });

  it("of one wave run side by side", async () => {
    const depend = edges(await run(hook("pre-deploy", "a"), hook("pre-deploy", "b")));
    assert.deepEqual(depend(nameOf("pre-deploy", "a")), depend(nameOf("pre-deploy", "b")));
    assert.deepEqual(depend("application/web/hooks/pre-deploy/0"), [
      nameOf("pre-deploy", "a"),
      nameOf("pre-deploy", "b"),
    ]);
    assert.deepEqual(depend("eu/payments/ConfigMap/web"), ["application/web/hooks/pre-deploy/0"]);
  });

  it("of one wave wait for what they need among them", async () => {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "migrate", namespace: "payments" } };
    const needed: PlannedHook = {
      ...hook("pre-deploy", "account"),
      ...{ resourceName: resourceName("eu", account), object: account },
    };
    const spec = { template: { spec: { serviceAccountName: "migrate" } } };
    const depend = edges(await run(hook("pre-deploy", "migrate", 0, { spec }), needed));
    assert.deepEqual(depend(nameOf("pre-deploy", "migrate")), [
      `application/web/hook/pre-deploy/${needed.resourceName}`,
      "tenant/payments/ready",
    ]);
  });

  it("before a deletion are what nothing depends on, and so go first, the first wave before the second", async () => {
    const depend = edges(await run(hook("pre-delete", "first"), hook("pre-delete", "second", 1)));
    assert.deepEqual(depend(nameOf("pre-delete", "second")), ["application/web/ready"]);
    assert.deepEqual(depend(nameOf("pre-delete", "first")), [nameOf("pre-delete", "second")]);
  });

  it("show their object to policies, and hide what a Secret holds", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", stringData: { token: "t" } };
    const { inputsOf } = await run(hook("pre-deploy", "check"), hook("on-failure", "token", 0, secret));
    const inputs = inputsOf(nameOf("pre-deploy", "check"))["input"];
    assert.deepEqual(inputs, {
      ...{ digest: "sha256:web", timeoutSeconds: 90, cluster: "eu", phase: "pre-deploy" },
      deletePolicies: ["before-creation"],
      object: hook("pre-deploy", "check").object,
    });
    const hidden = inputsOf("application/web/hook/on-failure/eu/payments/Secret/token");
    assert.match(JSON.stringify(hidden), /"stringData":\{"secret":\{"token":"t"\}\}/);
  });

  it("run once for each digest of the application", async () => {
    const name = nameOf("pre-deploy", "check");
    const before = await run(hook("pre-deploy", "check"));
    const oldInputs = before.inputsOf(name);
    await before.call(resourceHooks.hook, name);
    await before.call(resourceHooks.hook, name, { oldInputs });
    assert.deepEqual(before.delivery.calls, ["run eu/payments/Job.batch/check"]);
    const after = await runProgram([web([hook("pre-deploy", "check")], "sha256:other")]);
    await after.call(resourceHooks.hook, name, { oldInputs });
    assert.deepEqual(after.delivery.calls, ["run eu/payments/Job.batch/check"]);
  });

  it("fail their step", async () => {
    const { call, delivery } = await run(hook("pre-deploy", "check"));
    delivery.failing.add("eu/payments/Job.batch/check");
    await assert.rejects(call(resourceHooks.hook, nameOf("pre-deploy", "check")), /HOOK_FAILED/);
  });

  it("leave nothing behind when they leave Git, and do not run then", async () => {
    const names = [nameOf("post-deploy", "check"), nameOf("pre-delete", "backup")];
    const before = await run(hook("post-deploy", "check"), hook("pre-delete", "backup"));
    const { call, delivery } = await run();
    for (const name of names) await call(resourceHooks.hookDeletion, name, { oldInputs: before.inputsOf(name) });
    assert.deepEqual(delivery.calls, ["remove eu/payments/Job.batch/check", "remove eu/payments/Job.batch/backup"]);
  });

  it("before a deletion run when the application leaves the environment, and when everything is destroyed", async () => {
    const name = nameOf("pre-delete", "backup");
    const expected = ["run eu/payments/Job.batch/backup", "remove eu/payments/Job.batch/backup"];
    const before = await run(hook("pre-delete", "backup"));
    const oldInputs = before.inputsOf(name);
    const without = await runProgram([]);
    await without.call(resourceHooks.hookDeletion, name, { oldInputs });
    assert.deepEqual(without.delivery.calls, expected);
    await before.call(resourceHooks.hookDeletion, name, { oldInputs });
    assert.deepEqual(before.delivery.calls, expected);
  });

  it("before a deletion stop it when they fail", async () => {
    const name = nameOf("pre-delete", "backup");
    const oldInputs = (await run(hook("pre-delete", "backup"))).inputsOf(name);
    const { call, delivery } = await runProgram([]);
    delivery.failing.add("eu/payments/Job.batch/backup");
    await assert.rejects(call(resourceHooks.hookDeletion, name, { oldInputs }), /HOOK_FAILED/);
    assert.deepEqual(delivery.calls, ["run eu/payments/Job.batch/backup"]);
  });

  it("and what stands between their waves stay where the application did not come up", async () => {
    const name = "application/web/hooks/pre-deploy/0";
    const before = await run(hook("pre-deploy", "a"), hook("pre-deploy", "b"));
    const { call } = await runProgram([web([])], ["application/web/ready"]);
    for (const each of [name, nameOf("pre-deploy", "a")]) {
      const deletion = name === each ? resourceHooks.gateDeletion : resourceHooks.hookDeletion;
      await assert.rejects(call(deletion, each, { oldInputs: before.inputsOf(each) }), /DELETION_HELD/);
    }
  });

  it("leave an object alone that is no hook any more", async () => {
    const name = nameOf("pre-deploy", "check");
    const oldInputs = (await run(hook("pre-deploy", "check"))).inputsOf(name);
    const plain = planned(hook("pre-deploy", "check").object);
    const { call, delivery } = await runProgram([application("web", [plain])]);
    await call(resourceHooks.hookDeletion, name, { oldInputs });
    assert.deepEqual(delivery.calls, []);
  });
});
