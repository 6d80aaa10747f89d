import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { plainJson } from "../../../../core/manifest/json.ts";
import { pendingRollbacks, rolledBackInPlan, rollbacksJson } from "../../../../core/rollback/pending.ts";
import { hasCode } from "../../../support/has-code.ts";
import { manifest, object, plan, revision } from "../plan/fixture.ts";

const { plan: planned } = plan({ web: [manifest(object("v1", "ConfigMap", "web"))] });
const entry = { revision, environments: ["dev"], reason: "It fails.", by: "Ada", at: "2026-11-22T10:00:00Z" };
const pending = [{ to: "f".repeat(40), entry, subject: "Roll back dev", problem: "Git is down" }];

describe("rollbacks that Git does not say", () => {
  it("are read from the outputs as they were written, and there are none where nothing is said", () => {
    assert.deepEqual(pendingRollbacks({ rollbacks: rollbacksJson(pending) }), pending);
    assert.deepEqual(pendingRollbacks({ revision }), []);
  });

  it("stop everything where they cannot be understood", () => {
    for (const rollbacks of ["", [{}], [plainJson({ ...pending[0], entry: { revision } })]]) {
      assert.throws(() => pendingRollbacks({ rollbacks }), hasCode("STATE_CORRUPT"));
    }
  });

  it("keep what they rolled back out of a plan, until the block list says anything of it", () => {
    const [finding, ...more] = rolledBackInPlan(pending, [], planned);
    assert.deepEqual([finding?.code, more], ["REVISION_BLOCKED", []]);
    assert.equal(finding?.place, undefined, "no file says it");
    assert.match(finding?.fix ?? "", /git pull, or driftless rollback dev --reconcile/);
    const listed = { entry, place: { file: "environments/_blocked.yaml" } };
    assert.deepEqual(rolledBackInPlan(pending, [listed], planned), []);
  });
});
