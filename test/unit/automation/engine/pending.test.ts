import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  adopt,
  isOurs,
  pendingObjects,
  pendingOperations,
  pendingUnknown,
  settle,
} from "../../../../automation/engine/pending.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";

const urn = "urn:pulumi:dev::driftless::driftless:index:Application$kubernetes:core/v1:Secret::eu/shop/Secret/token";
const bucket = "urn:pulumi:dev::driftless::aws:s3/bucket:Bucket::assets";
const provider = "urn:pulumi:dev::driftless::driftless:index:Cluster$pulumi:providers:kubernetes::eu-provider";
const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "token", namespace: "shop" }, data: sealed };
const live: JsonObject = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: "token",
    namespace: "shop",
    uid: "u1",
    resourceVersion: "7",
    creationTimestamp: "2026-05-01T10:00:00Z",
    labels: { "app.kubernetes.io/managed-by": "driftless" },
    annotations: { "driftless.dev/environment": "dev" },
    managedFields: [
      { manager: "kubectl", operation: "Update" },
      { manager: "pulumi-kubernetes-1234", operation: "Apply" },
    ],
  },
  data: { password: "Y2FuYXJ5" },
};
const deployment: JsonObject = {
  resources: [{ urn: "urn:pulumi:dev::driftless::pulumi:pulumi:Stack::driftless-dev" }],
  pending_operations: [
    { type: "creating", resource: { urn, inputs, outputs: {} } },
    { type: "creating", resource: { urn: provider } },
    { type: "updating", resource: { urn: urn.replace("token", "other") } },
    { type: "creating", resource: { urn: bucket } },
  ],
};

describe("operations that a killed engine left", () => {
  const operations = pendingOperations(deployment);

  it("are objects that can be looked up, and others that cannot", () => {
    assert.deepEqual(pendingOperations({ resources: [] }), []);
    assert.deepEqual(
      pendingObjects(operations).map((operation) => operation.urn),
      [urn],
    );
    assert.deepEqual(
      pendingUnknown(operations).map((operation) => operation.urn),
      [bucket],
    );
  });

  it("made an object ours only if it says so, for this environment", () => {
    assert.equal(isOurs(live, "dev"), true);
    assert.equal(isOurs(live, "production"), false);
    assert.equal(isOurs({ ...live, metadata: { name: "token" } }, "dev"), false);
  });

  it("become resources that the provider can delete, without a secret in plain text", () => {
    const [operation] = pendingObjects(operations);
    assert.ok(operation !== undefined);
    const resource = adopt(operation, live);
    assert.deepEqual(resource, {
      urn,
      id: "shop/token",
      inputs,
      outputs: {
        ...inputs,
        metadata: { ...inputs.metadata, uid: "u1", resourceVersion: "7", creationTimestamp: "2026-05-01T10:00:00Z" },
        __inputs: inputs,
        __initialApiVersion: "v1",
        __fieldManager: "pulumi-kubernetes-1234",
      },
    });
    assert.ok(!JSON.stringify(resource).includes("Y2FuYXJ5"));
  });

  it("leave the state with nothing pending and no resource twice", () => {
    const adopted = { urn, id: "shop/token" };
    const settled = settle(deployment, [
      adopted,
      { urn: "urn:pulumi:dev::driftless::pulumi:pulumi:Stack::driftless-dev" },
    ]);
    assert.deepEqual(settled, { resources: [...(deployment["resources"] as readonly JsonObject[]), adopted] });
  });
});
