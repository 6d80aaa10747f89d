import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isOwnRun, isUnattributed } from "../../../../automation/drift/own-run.ts";
import type { Difference, ObjectDrift } from "../../../../core/drift/report.ts";

function drift(managers: readonly string[], verdict: ObjectDrift["verdict"] = "drifted"): ObjectDrift {
  const difference: Difference = {
    ...{ path: "data.key", steps: ["data", "key"], kind: "changed", old: "1", new: "2", ours: true },
    managers: managers.map((manager) => ({ manager, operation: "Update" })),
  };
  return {
    ...{ verdict, owner: "application/web", cluster: "eu", kind: "ConfigMap", namespace: "shop", name: "settings" },
    ...{ resourceName: "eu/shop/ConfigMap/settings", differences: [difference], ignored: [] },
  };
}

describe("What may be the work of a run of ours", () => {
  it("is what our field manager wrote last, not what it holds beside somebody else", () => {
    assert.equal(isOwnRun("dev", drift(["driftless"]), undefined), true);
    assert.equal(isOwnRun("dev", drift(["driftless", "kubectl-edit"]), undefined), true);
    assert.equal(isOwnRun("dev", drift(["kubectl-edit", "driftless"]), undefined), false);
    assert.equal(isOwnRun("dev", drift([]), undefined), false);
  });

  it("cannot be told where nobody holds anything", () => {
    assert.deepEqual([isUnattributed(drift([])), isUnattributed(drift(["kubectl-edit"]))], [true, false]);
    assert.equal(isUnattributed(drift(["kubectl-edit"], "deleted")), true);
  });
});
