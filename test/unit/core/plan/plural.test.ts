import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { pluralOf } from "../../../../core/plan/plural.ts";

describe("pluralOf", () => {
  for (const [kind, plural] of [
    ["ConfigMap", "configmaps"],
    ["Endpoints", "endpoints"],
    ["Ingress", "ingresses"],
    ["NetworkPolicy", "networkpolicies"],
    ["StorageClass", "storageclasses"],
    ["CSIStorageCapacity", "csistoragecapacities"],
    ["Gateway", "gateways"],
    ["Mesh", "meshes"],
  ] as const) {
    it(`says ${plural} for ${kind}`, () => assert.equal(pluralOf(kind), plural));
  }
});
