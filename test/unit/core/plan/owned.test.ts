import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { isOwned, ownerOf } from "../../../../core/plan/owned.ts";

const applied = (manager: string, operation = "Apply", annotation = "driftless.dev/environment"): JsonObject => ({
  manager,
  operation,
  fieldsV1: { "f:metadata": { "f:annotations": { [`f:${annotation}`]: {} } } },
});

/** A live object of the environment "dev", with other metadata laid over it. */
function live(metadata: JsonObject = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "settings",
      namespace: "shop",
      uid: "u1",
      labels: { "app.kubernetes.io/managed-by": "driftless" },
      annotations: { "driftless.dev/environment": "dev", "driftless.dev/application": "web" },
      managedFields: [applied("driftless")],
      ...metadata,
    },
  };
}

const annotations = { "driftless.dev/environment": "dev", "driftless.dev/application": "web" };

describe("an object of an environment on a cluster", () => {
  const cases: readonly (readonly [string, boolean, JsonObject])[] = [
    ["carries our label and the environment's name, applied by us", true, {}],
    [
      "may have been applied under the provider's own name",
      true,
      { managedFields: [applied("pulumi-kubernetes-1a2b")] },
    ],
    ["may be owned by another object without being controlled", true, { ownerReferences: [{ name: "x", uid: "u2" }] }],
    ["is not what carries the label of another tool", false, { labels: { "app.kubernetes.io/managed-by": "Helm" } }],
    ["is not what lacks the label", false, { labels: {} }],
    ["is not what belongs to another environment", false, { annotations: { "driftless.dev/environment": "prod" } }],
    ["is not what lacks the annotation", false, { annotations: {} }],
    ["is not what a controller made and copied the metadata to", false, { ownerReferences: [{ controller: true }] }],
    ["is not a copy that a controller wrote", false, { managedFields: [applied("kube-controller-manager", "Update")] }],
    ["is not a copy that a person applied", false, { managedFields: [applied("kubectl")] }],
    ["is not what we wrote, but not by an apply", false, { managedFields: [applied("driftless", "Update")] }],
    ["is not what merely begins with our name", false, { managedFields: [applied("driftless-mirror")] }],
    [
      "is not where we applied everything but the annotation",
      false,
      { managedFields: [applied("driftless", "Apply", "driftless.dev/origin"), applied("kubectl")] },
    ],
    ["is not what nobody is known to have applied", false, { managedFields: [] }],
    ["is not a hook", false, { annotations: { ...annotations, "driftless.dev/hook": "pre-deploy" } }],
    ["is not what is never pruned", false, { annotations: { ...annotations, "driftless.dev/prune": "disabled" } }],
    [
      "is not what another tool's annotation keeps",
      false,
      { annotations: { ...annotations, "argocd.argoproj.io/sync-options": "Prune=false" } },
    ],
    [
      "is one whose deletion has to be confirmed",
      true,
      { annotations: { ...annotations, "driftless.dev/prune": "confirm" } },
    ],
    ["is not what is being deleted already", false, { deletionTimestamp: "2026-11-20T10:00:00Z" }],
  ];
  for (const [name, expected, metadata] of cases) {
    it(name, () => assert.equal(isOwned("dev", live(metadata)), expected));
  }

  it("names its owner", () => {
    assert.equal(ownerOf(live()), "application/web");
    assert.equal(ownerOf(live({ annotations: { "driftless.dev/tenant": "payments" } })), "tenant/payments");
    assert.equal(ownerOf(live({ annotations: {} })), undefined);
  });
});
