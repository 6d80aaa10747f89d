import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Environment } from "../../components/environment.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { FakeDelivery } from "./fake-delivery.ts";
import { application, configMap, environment, kubeconfigs, planned } from "./plans.ts";
import { record } from "./recorder.ts";

const plan = environment([
  application("database", [planned(configMap("database"))]),
  application("checkout", [planned(configMap("checkout"))], ["database"]),
]);

function run(plan: EnvironmentPlan) {
  return record(() => new Environment("dev", { plan, kubeconfigs, delivery: new FakeDelivery() }));
}

describe("an environment", () => {
  it("is a tree of clusters, tenants and applications with the objects that were planned", async () => {
    const { resources } = await run(plan);
    const tree = [...resources.values()].map(({ type, name, parent }) => `${parent} > ${type}::${name}`);
    assert.deepEqual(tree.sort(), [
      " > driftless:index:Environment::dev",
      "driftless:index:Application::checkout > kubernetes:core/v1:ConfigMap::eu/payments/ConfigMap/checkout",
      "driftless:index:Application::checkout > pulumi:index:Stash::application/checkout/ready",
      "driftless:index:Application::checkout > pulumi:index:Stash::application/checkout/start",
      "driftless:index:Application::database > kubernetes:core/v1:ConfigMap::eu/payments/ConfigMap/database",
      "driftless:index:Application::database > pulumi:index:Stash::application/database/ready",
      "driftless:index:Cluster::eu > pulumi:providers:kubernetes::eu-provider",
      "driftless:index:Environment::dev > driftless:index:Application::checkout",
      "driftless:index:Environment::dev > driftless:index:Application::database",
      "driftless:index:Environment::dev > driftless:index:Cluster::eu",
      "driftless:index:Environment::dev > driftless:index:Tenant::payments",
      "driftless:index:Environment::dev > pulumi:index:Stash::drift/baseline",
      "driftless:index:Tenant::payments > kubernetes:core/v1:Namespace::eu/_/Namespace/payments",
      "driftless:index:Tenant::payments > pulumi:index:Stash::tenant/payments/ready",
    ]);
  });

  it("reaches each object through the provider of its cluster", async () => {
    const { resources } = await run(plan);
    const objects = [...resources.values()].filter(({ type }) => type.startsWith("kubernetes:"));
    assert.equal(objects.length, 3);
    for (const { provider } of objects) assert.equal(provider, "pulumi:providers:kubernetes::eu-provider");
  });

  it("makes applications wait for their tenant and for those that they depend on, through one resource each", async () => {
    const { resources } = await run(plan);
    const waits = (name: string) => resources.get(name)?.dependsOn;
    const [tenant, database] = [
      "pulumi:index:Stash::tenant/payments/ready",
      "pulumi:index:Stash::application/database/ready",
    ];
    assert.deepEqual(waits("tenant/payments/ready"), ["kubernetes:core/v1:Namespace::eu/_/Namespace/payments"]);
    assert.deepEqual(waits("eu/payments/ConfigMap/database"), [tenant]);
    assert.deepEqual(waits("application/database/ready"), [
      "kubernetes:core/v1:ConfigMap::eu/payments/ConfigMap/database",
    ]);
    assert.deepEqual(waits("application/checkout/start"), [database, tenant]);
    assert.deepEqual(waits("eu/payments/ConfigMap/checkout"), ["pulumi:index:Stash::application/checkout/start"]);
  });

  it("says what it was made from, each component once", async () => {
    const { outputs } = await run(plan);
    assert.deepEqual(Object.fromEntries(outputs), {
      dev: { revision: plan.revision, planDigest: plan.digest },
      eu: {},
      payments: {},
      database: { digest: "sha256:database" },
      checkout: { digest: "sha256:checkout" },
    });
  });

  it("offers the outputs of the stack", async () => {
    await record(() => {
      const { environment, revision, planDigest, applications } = new Environment("dev", {
        plan,
        kubeconfigs,
        delivery: new FakeDelivery(),
      });
      assert.deepEqual(
        { environment, revision, planDigest },
        { environment: "dev", revision: plan.revision, planDigest: "sha256:plan" },
      );
      assert.deepEqual(applications["checkout"], {
        revision: plan.revision,
        digest: "sha256:checkout",
        objects: ["eu/payments/ConfigMap/checkout"],
      });
    });
  });

  it("refuses a plan whose parts do not fit together", async () => {
    const elsewhere = environment([application("checkout", [planned(configMap("checkout"), "us")])]);
    await assert.rejects(run(elsewhere), /no provider for cluster us/);
    await assert.rejects(run(environment([application("checkout", [], ["database"])])), /refers to database/);
  });
});
