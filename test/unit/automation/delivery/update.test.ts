import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { runFailureHooks } from "../../../../automation/delivery/failure-hooks.ts";
import { healedObjects } from "../../../../automation/delivery/healed.ts";
import { failure } from "../../../../core/errors/error.ts";
import type { ObjectChange } from "../../../../core/plan/change.ts";
import type { HookTask } from "../../../../live/hooks.ts";
import { application, configMap, environment, manifest, object, plan } from "../../core/plan/fixture.ts";

const onFailure = (name: string, wave: string) =>
  manifest(
    object("batch/v1", "Job", name, {
      metadata: { annotations: { "driftless.dev/hook": "on-failure", "driftless.dev/wave": wave } },
    }),
    { path: `${name}.yaml` },
  );
const planned = plan(
  {
    web: [
      manifest(configMap("settings"), { path: "web/all.yaml" }),
      manifest(configMap("extra"), { path: "web/all.yaml" }),
      ...[onFailure("page", "0"), onFailure("note", "0"), onFailure("report", "1")],
    ],
    shop: [manifest(configMap("shop"), { path: "shop/all.yaml" })],
  },
  { spec: environment({ applications: { web: application(), shop: application() } }) },
).plan;

describe("Objects that an update put back", () => {
  const change = (owner: string, name: string, action: ObjectChange["action"] = "update"): ObjectChange => ({
    ...{ action, owner: `application/${owner}`, cluster: "eu", kind: "ConfigMap", namespace: "shop", name, fields: [] },
  });
  const names = (changes: readonly ObjectChange[], waits: readonly string[] = []) =>
    healedObjects(planned, { changes, waits }).map(({ application: { name }, objects }) => [
      name,
      ...objects.map(({ object: { metadata } }) => metadata.name),
    ]);

  it("are those whose application did not change, of which no gate knows", () => {
    assert.deepEqual(names([change("web", "settings"), change("shop", "shop", "create")]), [
      ["shop", "shop"],
      ["web", "settings"],
    ]);
    assert.deepEqual(names([change("web", "settings"), change("shop", "shop")], ["web"]), [["shop", "shop"]]);
  });

  it("are none where nothing but deletions happened", () => {
    assert.deepEqual(names([change("web", "gone", "delete"), change("web", "settings", "release")]), []);
  });
});

describe("On-failure hooks", () => {
  async function run(failing: readonly string[]) {
    const started: string[] = [];
    const delivery = {
      runHook: ({ resourceName }: HookTask): Promise<void> => {
        started.push(resourceName);
        const failed = failing.some((name) => resourceName.endsWith(`/${name}`));
        return failed ? Promise.reject(failure("INTERRUPTED", `${resourceName} failed.`, "f")) : Promise.resolve();
      },
    };
    const applications = planned.applications.filter(({ name }) => name === "web");
    const { hooks, failures } = await runFailureHooks(applications, delivery, { onStart: () => undefined });
    return {
      started,
      states: hooks.map(({ object: name, state }) => `${name.replace(/^.*\//, "")} ${state}`),
      failures: failures.map(({ owner, finding }) => `${owner} ${finding.message}`),
    };
  }

  it("run wave by wave", async () => {
    const { started, states, failures } = await run([]);
    assert.deepEqual(
      started.map((name) => name.replace(/^.*\//, "")),
      ["note", "page", "report"],
    );
    assert.deepEqual(states, ["note done", "page done", "report done"]);
    assert.deepEqual(failures, []);
  });

  it("that fail are reported with their application, and those behind them are skipped", async () => {
    const { states, failures } = await run(["page"]);
    assert.deepEqual(states, ["note done", "page failed", "report skipped"]);
    assert.deepEqual(failures, ["application/web eu/shop/Job.batch/page failed."]);
  });
});
