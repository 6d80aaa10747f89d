import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { rbacNoUnauthenticated } from "../../../policies/rules/rbac-no-unauthenticated.ts";
import { messagesOf } from "../evaluate.ts";
import { binding } from "../rbac-objects.ts";

const anybody = { kind: "Group", name: "system:unauthenticated" };
const anonymous = { kind: "User", name: "system:anonymous" };
const authenticated = { kind: "Group", name: "system:authenticated" };

describe("rbac-no-unauthenticated", () => {
  it("refuses who has not said who they are, among others too", () => {
    const object = binding([{ kind: "Group", name: "team" }, anybody, anonymous], undefined, "ClusterRoleBinding");
    assert.deepEqual(messagesOf(rbacNoUnauthenticated, object), [
      "the binding is for the group system:unauthenticated",
      "the binding is for the user system:anonymous",
    ]);
  });

  it("accepts everybody else, and names of another kind", () => {
    const others = [
      authenticated,
      { kind: "User", name: "system:unauthenticated" },
      { kind: "Group", name: "system:anonymous" },
      { kind: "ServiceAccount", name: "system:anonymous", namespace: "shop" },
    ];
    assert.deepEqual(messagesOf(rbacNoUnauthenticated, binding(others)), []);
  });

  it("refuses the groups that the settings name", () => {
    const settings = { groups: ["system:unauthenticated", "system:authenticated"] };
    assert.equal(messagesOf(rbacNoUnauthenticated, binding([authenticated, anybody]), settings).length, 2);
  });
});
