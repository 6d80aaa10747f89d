import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ObjectChange } from "../../../../core/plan/change.ts";
import { immutableFieldsOf } from "../../../../core/plan/immutable-fields.ts";

const change = (kind: string, path: string, more: Partial<ObjectChange> = {}): ObjectChange => ({
  ...{ action: "update", owner: "application/web", cluster: "eu", kind, namespace: "shop", name: "web" },
  fields: [{ path, kind: "change", before: 1, after: 2 }],
  ...more,
});

describe("fields that cannot be changed in place", () => {
  for (const [kind, path, isImmutable] of [
    ["Deployment.apps", "spec.selector.matchLabels.app", true],
    ["Deployment.apps", "spec.selectorless", false],
    ["Deployment.apps", "spec.template.spec.containers[name=web].image", false],
    ["StatefulSet.apps", "spec.volumeClaimTemplates[0].spec", true],
    ["StatefulSet.apps", "spec.replicas", false],
    ["Job.batch", "spec.template.spec.containers[name=web].image", true],
    ["RoleBinding.rbac.authorization.k8s.io", "roleRef.name", true],
    ["RoleBinding.rbac.authorization.k8s.io", "subjects[0].name", false],
    ["Widget.example.com", "spec.selector", false],
  ] as const) {
    it(`${isImmutable ? "are" : "are not"} ${path} of a ${kind}`, () => {
      assert.deepEqual(immutableFieldsOf(change(kind, path)), isImmutable ? [path] : []);
    });
  }

  it("do not matter where the object is made, or is a hook, which is made anew each time", () => {
    assert.deepEqual(immutableFieldsOf(change("Job.batch", "spec.template", { action: "create" })), []);
    assert.deepEqual(immutableFieldsOf(change("Job.batch", "spec.template", { hook: "pre-deploy" })), []);
  });
});
