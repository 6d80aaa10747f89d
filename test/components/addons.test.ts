import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Environment } from "../../components/environment.ts";
import type { ApplicationPlan, EnvironmentPlan } from "../../core/plan/plan.ts";
import { resourceHooks } from "../../core/plan/step-name.ts";
import { FakeDelivery } from "./fake-delivery.ts";
import { application, clusters as ways, configMap, environment, namespace, planned } from "./plans.ts";
import { record } from "./recorder.ts";

const clusters = ["eu", "us"];
const stash = (name: string): string => `pulumi:index:Stash::${name}`;
const object = (name: string, cluster = "eu"): string =>
  `kubernetes:core/v1:ConfigMap::${cluster}/payments/ConfigMap/${name}`;

function on(own: readonly string[], name: string, waves: readonly number[] = [0]): ApplicationPlan {
  const objects = waves.flatMap((wave) =>
    own.map((cluster) => ({ ...planned(configMap(`${name}-${wave}`), cluster), wave })),
  );
  return { ...application(name, objects), clusters: own };
}

const addon = (plan: ApplicationPlan, dependsOn: readonly string[] = []): ApplicationPlan => ({
  ...plan,
  addon: true,
  dependsOn,
});

function twoClusters(applications: readonly ApplicationPlan[]): EnvironmentPlan {
  const plan = environment(applications);
  return {
    ...plan,
    clusters: clusters.map((name) => ({ name, spec: { local: { name } } })),
    tenants: [{ name: "payments", clusters, objects: clusters.map((name) => planned(namespace("payments"), name)) }],
  };
}

async function run(applications: readonly ApplicationPlan[], failing: readonly string[] = []) {
  const delivery = new FakeDelivery();
  const access = new Map(clusters.map((name) => [name, ways.get("eu") ?? { kubeconfig: "", context: "" }]));
  const plan = twoClusters(applications);
  const recording = await record(() => new Environment("dev", { plan, clusters: access, delivery }), new Set(failing));
  const waits = (name: string): readonly string[] => recording.resources.get(name)?.dependsOn ?? [];
  return { ...recording, delivery, waits };
}

describe("the add-ons of clusters", () => {
  const tenant = stash("tenant/payments/ready");
  const certs = addon(on(clusters, "certs", [0, 1]));
  const dns = addon(on(["eu"], "dns"), ["certs"]);

  it("stand before everything on their cluster, through one gate each cluster", async () => {
    const { waits } = await run([certs, dns, on(clusters, "web")]);
    assert.deepEqual(waits("eu/payments/ConfigMap/web-0"), [stash("cluster/eu/addons"), tenant]);
    assert.deepEqual(waits("us/payments/ConfigMap/web-0"), [stash("cluster/us/addons"), tenant]);
    assert.deepEqual(waits("cluster/eu/addons"), [stash("application/certs/on/eu"), stash("application/dns/on/eu")]);
    assert.deepEqual(waits("cluster/us/addons"), [stash("application/certs/on/us")]);
  });

  it("come up on each cluster without the others, one after what it depends on there", async () => {
    const { waits } = await run([certs, dns]);
    assert.deepEqual(waits("us/payments/ConfigMap/certs-1"), [stash("application/certs/on/us/wave/0")]);
    assert.deepEqual(waits("application/certs/on/us/wave/0"), [object("certs-0", "us")]);
    assert.deepEqual(waits("application/certs/on/us"), [object("certs-1", "us")]);
    assert.deepEqual(waits("application/dns/on/eu/start"), [stash("application/certs/on/eu"), tenant]);
    assert.deepEqual(waits("application/certs/ready"), [
      stash("application/certs/on/eu"),
      stash("application/certs/on/us"),
    ]);
  });

  it("are nothing to a cluster that has none of them", async () => {
    const { resources, waits } = await run([dns, on(["us"], "web")].map((plan) => ({ ...plan, dependsOn: [] })));
    assert.equal(resources.has("cluster/us/addons"), false);
    assert.deepEqual(waits("us/payments/ConfigMap/web-0"), [tenant]);
  });

  it("make as many dependencies as there are applications and add-ons, not their product", async () => {
    const edges = async (count: number): Promise<number> => {
      const own = (kind: string) => Array.from({ length: count }, (_, index) => on(clusters, `${kind}${index}`));
      const { resources } = await run([...own("a").map((plan) => addon(plan)), ...own("z")]);
      return [...resources.values()].reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
    };
    const [few, more, most] = [await edges(4), await edges(8), await edges(16)];
    assert.equal(most - more, 2 * (more - few));
  });

  it("are waited for until they are healthy whenever something on their cluster changes", async () => {
    const { callbacks, delivery } = await run([certs, dns, on(clusters, "web")]);
    await callbacks.get(resourceHooks.gate)?.({ urn: "", id: "", name: "cluster/us/addons", type: "" });
    assert.deepEqual(delivery.calls, ["healthy us/payments/ConfigMap/certs-0 us/payments/ConfigMap/certs-1"]);
  });

  it("are not deleted while what waits for them did not come up in this run", async () => {
    const call = async (failing: readonly string[], name: string, dependants: readonly string[]) => {
      const { callbacks } = await run([certs, on(clusters, "web")], failing);
      const oldInputs = { input: { dependants } };
      await callbacks.get(resourceHooks.gateDeletion)?.({ urn: "", id: "", name, type: "", oldInputs });
    };
    const gone = "application/dns/on/eu";
    await call([], gone, ["cluster/eu"]);
    await assert.rejects(call(["cluster/eu/addons"], gone, ["cluster/eu"]), /DELETION_HELD/);
  });
});
