import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Environment, type EnvironmentArgs } from "../../components/environment.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { resourceHooks } from "../../core/plan/step-name.ts";
import { FakeDelivery } from "./fake-delivery.ts";
import { application, configMap, environment, clusters, planned } from "./plans.ts";
import { record } from "./recorder.ts";

const plan = environment([
  application("database", [planned(configMap("database"))]),
  application("checkout", [planned(configMap("checkout"))], ["database"]),
]);

function run(plan: EnvironmentPlan) {
  return record(() => new Environment("dev", { plan, clusters, delivery: new FakeDelivery() }));
}

const deployer = { user: "system:serviceaccount:payments:driftless-deployer", rights: [] };
const walled: EnvironmentPlan = {
  ...plan,
  tenants: plan.tenants.map((tenant) => ({ ...tenant, deployer })),
  applications: plan.applications.map((each) => ({ ...each, deployer: deployer.user })),
};
const settings = "eu/payments/ConfigMap/database";
const readable = new Map([["eu", { kubeconfig: '{ "contexts": [], "users": [] }', context: "eu" }]]);

function runWalled(more: Pick<EnvironmentArgs, "acting" | "withoutRights">, failing: readonly string[] = []) {
  const delivery = new FakeDelivery();
  const create = () => new Environment("dev", { plan: walled, clusters: readable, delivery, ...more });
  return record(create, new Set(failing));
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
        clusters,
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

  it("applies what a tenant has through a provider of its own", async () => {
    const { resources } = await runWalled({});
    assert.equal(resources.get(settings)?.provider, "pulumi:providers:kubernetes::eu/payments-provider");
    assert.equal(resources.get("eu/_/Namespace/payments")?.provider, "pulumi:providers:kubernetes::eu-provider");
    assert.deepEqual(resources.get(settings)?.hooks, { beforeDelete: [resourceHooks.objectDeletion] });
    assert.deepEqual(resources.get("eu/payments-provider")?.hooks, { beforeDelete: [resourceHooks.providerDeletion] });
  });

  it("has no provider for a tenant that does not act, and refuses every change of what that has", async () => {
    const { resources, callbacks } = await runWalled({ acting: new Set(["us/payments"]) });
    assert.equal(resources.has("eu/payments-provider"), false);
    assert.equal(resources.get(settings)?.provider, "pulumi:providers:kubernetes::eu-provider");
    assert.deepEqual(resources.get(settings)?.hooks, {
      beforeCreate: [resourceHooks.still],
      beforeUpdate: [resourceHooks.still],
      beforeDelete: [resourceHooks.objectDeletion],
    });
    const call = async (hook: string) =>
      callbacks.get(hook)?.({ urn: "", id: "", name: settings, type: "", oldInputs: configMap("database") });
    await assert.rejects(call(resourceHooks.still), /PLAN_STALE ConfigMap payments\/database on eu would change/);
    await assert.rejects(call(resourceHooks.objectDeletion), /PLAN_STALE/, "its replacement deletes it first");
  });

  it("needs no provider for a tenant that has no rights yet, and lets it change", async () => {
    const { resources } = await runWalled({ withoutRights: new Set(["eu/payments"]) });
    assert.equal(resources.has("eu/payments-provider"), false);
    assert.deepEqual(resources.get(settings)?.hooks, { beforeDelete: [resourceHooks.objectDeletion] });
  });

  it("keeps the provider of a tenant while the state may refer to it: something of the tenant did not come up", async () => {
    const acting = new Set<string>();
    const call = async (failing: readonly string[], name = "eu/payments-provider") => {
      const { callbacks } = await runWalled({ acting }, failing);
      await callbacks.get(resourceHooks.providerDeletion)?.({ urn: "", id: "", name, type: "" });
    };
    await call([]);
    await assert.rejects(call(["application/checkout/ready"]), /DELETION_HELD .* tenant payments to the cluster eu/);
    await call(["application/checkout/ready"], "eu/gone-provider");
  });

  it("refuses a plan whose parts do not fit together", async () => {
    const elsewhere = environment([application("checkout", [planned(configMap("checkout"), "us")])]);
    await assert.rejects(run(elsewhere), /no provider for cluster us/);
    await assert.rejects(run(environment([application("checkout", [], ["database"])])), /refers to database/);
  });
});
