import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Environment } from "../../components/environment.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import type { ObjectSettings } from "../../core/plan/settings.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import { FakeDelivery } from "./fake-delivery.ts";
import { application, configMap, environment, clusters, planned } from "./plans.ts";
import { record, type Registered } from "./recorder.ts";

async function create(...objects: PlannedObject[]): Promise<ReadonlyMap<string, Registered>> {
  const plan = environment([application("checkout", objects)]);
  return (await record(() => new Environment("dev", { plan, clusters, delivery: new FakeDelivery() }))).resources;
}

async function createOne(object: KubernetesObject): Promise<Registered> {
  const one = planned(object);
  const created = (await create(one)).get(one.resourceName);
  assert.ok(created);
  return created;
}

describe("an object of an application", () => {
  it("is created exactly as planned, with what the provider has to know", async () => {
    const object = { ...configMap("checkout"), data: { number: "1", empty: "" } };
    assert.deepEqual((await createOne(object)).inputs, {
      ...object,
      metadata: { ...object.metadata, annotations: { "pulumi.com/patchFieldManager": "driftless" } },
    });
  });

  it("is not waited for by the provider, which would wait for each alone", async () => {
    const annotations = async (apiVersion: string, kind: string) => {
      const { inputs } = await createOne({ apiVersion, kind, metadata: { name: "one", namespace: "payments" } });
      return (inputs["metadata"] as { annotations: object }).annotations;
    };
    const both = { "pulumi.com/patchFieldManager": "driftless", "pulumi.com/skipAwait": "true" };
    assert.deepEqual(await annotations("apps/v1", "Deployment"), both);
    assert.deepEqual(await annotations("v1", "Service"), both);
    assert.deepEqual(await annotations("v1", "PersistentVolumeClaim"), both);
    // Its deletion takes as long as what it holds, and is waited for.
    assert.deepEqual(await annotations("v1", "Namespace"), { "pulumi.com/patchFieldManager": "driftless" });
  });

  it("is applied and removed as its settings say", async () => {
    const object = { ...configMap("checkout"), spec: { ports: [{ port: 1 }] } };
    const settings: ObjectSettings = {
      prune: "disabled",
      replace: false,
      force: true,
      ignore: ["/metadata/annotations/a.b~1c", "/spec/ports/0/port", "/spec/replicas"],
      propagation: "orphan",
    };
    const one = { ...planned(object), settings };
    const created = (await create(one)).get(one.resourceName);
    assert.equal(created?.retainOnDelete, true);
    assert.deepEqual(created.ignoreChanges, ['metadata.annotations["a.b/c"]', "spec.ports[0].port", "spec.replicas"]);
    assert.deepEqual((created.inputs["metadata"] as { annotations: object }).annotations, {
      "pulumi.com/patchFieldManager": "driftless",
      "pulumi.com/patchForce": "true",
      "pulumi.com/deletionPropagationPolicy": "orphan",
    });
  });

  it("has the time that its application gives it, and goes before it is created anew", async () => {
    const metadata = { name: "checkout", namespace: "payments" };
    const { timeouts, deleteBeforeReplace } = await createOne({ apiVersion: "apps/v1", kind: "Deployment", metadata });
    assert.deepEqual(timeouts, ["90s", "90s", "90s"]);
    assert.equal(deleteBeforeReplace, true);
  });

  it("has little time to go if nothing runs for it", async () => {
    const metadata = { name: "checkout", namespace: "payments" };
    const service = { apiVersion: "v1", kind: "Service", metadata };
    const deletion = async (object: KubernetesObject) => (await createOne(object)).timeouts[2];
    assert.equal(await deletion(configMap("checkout")), "20s");
    assert.equal(await deletion(service), "20s");
    assert.equal(await deletion({ ...service, spec: { type: "LoadBalancer" } }), "90s");
    assert.equal(await deletion({ ...service, metadata: { ...metadata, finalizers: ["example.com/wait"] } }), "90s");
  });

  it("is known under the other versions of its kind", async () => {
    const metadata = { name: "checkout", namespace: "payments" };
    const created = await createOne({ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata });
    assert.equal(created.type, "kubernetes:policy/v1:PodDisruptionBudget");
    assert.deepEqual(created.aliases, ["kubernetes:policy/v1beta1:PodDisruptionBudget"]);
  });

  it("hides what a Secret holds, and nothing else of it", async () => {
    const metadata = { name: "token", namespace: "payments" };
    const object = {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      type: "Opaque",
      data: { a: "YQ==" },
      stringData: { b: "b" },
    };
    const { inputs, secretOutputs } = await createOne(object);
    const annotations = { "pulumi.com/patchFieldManager": "driftless" };
    const named = { ...object, metadata: { ...metadata, annotations } };
    assert.deepEqual(inputs, { ...named, data: { secret: { a: "YQ==" } }, stringData: { secret: { b: "b" } } });
    assert.deepEqual(secretOutputs, ["data", "stringData"]);
  });

  it("waits for its namespace and for its kind on the same cluster, in whatever order they come", async () => {
    const custom = planned({
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "w", namespace: "shop" },
    });
    const definition = planned({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: { group: "example.com", names: { kind: "Widget" } },
    });
    const shop = planned({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    const resources = await create(custom, definition, shop);
    assert.deepEqual(resources.get(custom.resourceName)?.dependsOn, [
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition::eu/_/CustomResourceDefinition.apiextensions.k8s.io/widgets.example.com",
      "kubernetes:core/v1:Namespace::eu/_/Namespace/shop",
      "pulumi:index:Stash::tenant/payments/ready",
    ]);
  });

  it("waits until everything else is healthy if it is a webhook that could refuse it", async () => {
    const webhook = planned({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "checkout" },
    });
    const resources = await create(webhook, planned(configMap("checkout")));
    const gate = "application/checkout/wave/0/servers";
    assert.deepEqual(resources.get(webhook.resourceName)?.dependsOn, [`pulumi:index:Stash::${gate}`]);
    assert.deepEqual(resources.get(gate)?.dependsOn, ["kubernetes:core/v1:ConfigMap::eu/payments/ConfigMap/checkout"]);
  });
});
