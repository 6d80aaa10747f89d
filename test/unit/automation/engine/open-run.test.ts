import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { noteOpenRun, openRun } from "../../../../automation/engine/open-run.ts";

const stack = {
  urn: "urn:pulumi:dev::driftless::pulumi:pulumi:Stack::driftless-dev",
  outputs: { revision: "4f6c1a2" },
};
const other = { urn: "urn:pulumi:dev::driftless::driftless:index:Environment::dev", outputs: {} };
const owners = ["tenant/shop", "application/web"];

describe("the note of a run in a state that others use too", () => {
  it("is an output of the stack, beside those that it has", () => {
    const noted = noteOpenRun({ version: 3, deployment: { resources: [stack, other] } }, owners);
    assert.deepEqual(noted, {
      version: 3,
      deployment: { resources: [{ ...stack, outputs: { revision: "4f6c1a2", openRun: owners } }, other] },
    });
    assert.deepEqual(openRun(noted), owners);
  });

  it("is not needed where there is nothing that could be out of date", () => {
    for (const deployment of [{}, { resources: [] }, { resources: [{ urn: "nonsense" }] }]) {
      const state = { version: 3, deployment };
      assert.equal(noteOpenRun(state, owners), state);
    }
  });

  it("is not there where no run is open", () => {
    for (const resources of [undefined, [], [stack], [other], ["nonsense"]]) {
      const deployment = resources === undefined ? {} : { resources };
      assert.equal(openRun({ version: 3, deployment }), undefined);
    }
    assert.equal(openRun(undefined), undefined);
  });
});
