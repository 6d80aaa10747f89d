import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isOpen, noteOpenRun } from "../../../../automation/engine/open-run.ts";

const stack = { urn: "urn:pulumi:dev::driftless::pulumi:pulumi:Stack::driftless-dev", type: "pulumi:pulumi:Stack" };

describe("the note of a run in a state that others use too", () => {
  it("is an update of the stack that has not ended", () => {
    const noted = noteOpenRun({ version: 3, deployment: { resources: [stack] } });
    assert.deepEqual(noted, {
      version: 3,
      deployment: { resources: [stack], pending_operations: [{ type: "updating", resource: stack }] },
    });
    assert.equal(isOpen(noted), true);
  });

  it("is added to what is pending already", () => {
    const pending = [{ type: "creating", resource: { urn: "urn:a" } }];
    const noted = noteOpenRun({ version: 3, deployment: { resources: [stack], pending_operations: pending } });
    assert.deepEqual(noted.deployment["pending_operations"], [...pending, { type: "updating", resource: stack }]);
  });

  it("is not needed where there is nothing that could be out of date", () => {
    for (const deployment of [{}, { resources: [] }, { resources: [{ urn: "nonsense" }] }]) {
      const state = { version: 3, deployment };
      assert.equal(noteOpenRun(state), state);
      assert.equal(isOpen(state), false);
    }
    assert.equal(isOpen(undefined), false);
  });
});
