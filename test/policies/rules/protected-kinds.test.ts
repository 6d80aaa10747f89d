import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { AffectedObject, RunFacts } from "../../../core/policy/run.ts";
import { protectedKinds } from "../../../policies/rules/protected-kinds.ts";

const claim: AffectedObject = { cluster: "main", kind: "PersistentVolumeClaim", namespace: "shop", name: "data" };
const namespace: AffectedObject = { cluster: "main", kind: "Namespace", name: "shop" };
const deployment: AffectedObject = { cluster: "main", kind: "Deployment.apps", namespace: "shop", name: "web" };

function check(deletions: AffectedObject[], replacements: AffectedObject[] = [], settings: object = {}) {
  const run: RunFacts = {
    operation: "up",
    time: "2026-11-21T12:00:00Z",
    objects: 9,
    owners: [],
    deletions,
    replacements,
  };
  return protectedKinds.checkRun(run, settings).map(({ message }) => message);
}

describe("protected-kinds", () => {
  it("accepts deletions of other kinds", () => {
    assert.deepEqual(check([]), []);
    assert.deepEqual(check([deployment], [deployment]), []);
  });

  it("refuses to delete or replace what holds data or other objects", () => {
    assert.deepEqual(check([claim, deployment, namespace]), [
      "PersistentVolumeClaim shop/data on main would be deleted",
      "Namespace shop on main would be deleted",
    ]);
    assert.deepEqual(check([], [claim]), ["PersistentVolumeClaim shop/data on main would be deleted and made again"]);
  });

  it("protects the kinds that the settings name, and no others", () => {
    assert.deepEqual(check([claim, deployment], [], { kinds: ["Deployment.apps"] }), [
      "Deployment.apps shop/web on main would be deleted",
    ]);
    assert.deepEqual(check([claim], [], { kinds: [] }), []);
  });
});
