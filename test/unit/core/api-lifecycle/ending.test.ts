import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { endingApis } from "../../../../core/api-lifecycle/ending.ts";

const budget = { apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget" };
const ingress = { apiVersion: "networking.k8s.io/v1beta1", kind: "Ingress" };
const objects = [
  budget,
  { apiVersion: "v1", kind: "Pod" },
  ingress,
  budget,
  { apiVersion: "example.com/v1", kind: "Gadget" },
];

describe("API versions that end", () => {
  it("are those that a newer Kubernetes does not serve, the next to go first, with how many objects are of them", () => {
    assert.deepEqual(
      endingApis(objects, "v1.21.4").map(({ apiVersion, removed, replacement, objects }) => [
        apiVersion,
        removed,
        replacement,
        objects,
      ]),
      [
        ["networking.k8s.io/v1beta1", "1.22", "networking.k8s.io/v1/Ingress", 1],
        ["policy/v1beta1", "1.25", "policy/v1/PodDisruptionBudget", 2],
      ],
    );
  });

  it("are none that have ended already, and none where nobody knows what runs", () => {
    assert.deepEqual(endingApis(objects, "1.25"), []);
    assert.deepEqual(endingApis(objects, "unknown"), []);
  });
});
