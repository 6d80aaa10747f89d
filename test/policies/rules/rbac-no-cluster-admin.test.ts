import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { rbacNoClusterAdmin } from "../../../policies/rules/rbac-no-cluster-admin.ts";
import { messagesOf } from "../evaluate.ts";
import { binding } from "../rbac-objects.ts";

const team = { kind: "Group", name: "team" };
const clusterAdmin = { kind: "ClusterRole", name: "cluster-admin" };

describe("rbac-no-cluster-admin", () => {
  it("refuses the ClusterRole, bound in a namespace or everywhere", () => {
    for (const kind of ["RoleBinding", "ClusterRoleBinding"]) {
      assert.deepEqual(messagesOf(rbacNoClusterAdmin, binding([team], clusterAdmin, kind)), [
        "the binding gives the ClusterRole cluster-admin",
      ]);
    }
    assert.equal(messagesOf(rbacNoClusterAdmin, binding([], clusterAdmin)).length, 1);
  });

  it("refuses the group that may do everything", () => {
    assert.deepEqual(messagesOf(rbacNoClusterAdmin, binding([team, { kind: "Group", name: "system:masters" }])), [
      "the binding is for the group system:masters",
    ]);
  });

  it("accepts other roles, and what is only called alike", () => {
    for (const role of [
      { kind: "ClusterRole", name: "admin" },
      { kind: "Role", name: "cluster-admin" },
    ]) {
      assert.deepEqual(messagesOf(rbacNoClusterAdmin, binding([team], role)), []);
    }
    assert.deepEqual(messagesOf(rbacNoClusterAdmin, binding([{ kind: "User", name: "system:masters" }])), []);
  });

  it("refuses what the settings name", () => {
    const settings = { roles: ["view"], groups: ["team"] };
    assert.equal(messagesOf(rbacNoClusterAdmin, binding([team]), settings).length, 2);
    assert.deepEqual(messagesOf(rbacNoClusterAdmin, binding([], clusterAdmin), settings), []);
  });
});
