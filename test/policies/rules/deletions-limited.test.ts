import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { AffectedObject, RunFacts } from "../../../core/policy/run.ts";
import { deletionsLimited } from "../../../policies/rules/deletions-limited.ts";

const some = (count: number): AffectedObject[] =>
  Array.from({ length: count }, (_, index) => ({
    cluster: "main",
    kind: "ConfigMap",
    namespace: "shop",
    name: `c${index}`,
  }));

function check(
  deletions: number,
  replacements: number,
  settings: object = {},
  operation: RunFacts["operation"] = "up",
) {
  const run: RunFacts = {
    ...{ operation, time: "2026-11-21T12:00:00Z", objects: 40, owners: [] },
    ...{ deletions: some(deletions), replacements: some(replacements) },
  };
  return deletionsLimited.checkRun(run, settings).map(({ message, control }) => `${control ?? ""}: ${message}`);
}

describe("deletions-limited", () => {
  it("accepts what is within the limits", () => {
    assert.deepEqual(check(0, 0), []);
    assert.deepEqual(check(10, 10), []);
  });

  it("refuses more, deletions and replacements each", () => {
    assert.deepEqual(check(11, 0), ["deletions: 11 deletions, allowed: 10 (25% of 40)"]);
    assert.deepEqual(check(0, 12), ["replacements: 12 replacements, allowed: 10 (25% of 40)"]);
    assert.equal(check(11, 12).length, 2);
  });

  it("takes counts, and a percentage of few objects is never less than 3", () => {
    assert.deepEqual(check(2, 0, { maxDeletions: 1 }), ["deletions: 2 deletions, allowed: 1"]);
    assert.deepEqual(check(3, 3, { maxDeletions: "1%", maxReplacements: "1%" }), []);
    assert.equal(check(1, 1, { maxDeletions: "0%", maxReplacements: 0 }).length, 2);
  });

  it("does not stop somebody who destroys the environment, unless the settings say so", () => {
    assert.deepEqual(check(40, 0, {}, "destroy"), []);
    assert.equal(check(40, 0, { operations: ["destroy"] }, "destroy").length, 1);
  });

  it("refuses a limit that is none", () => {
    for (const maxDeletions of [-1, 1.5, "10", "101%"]) {
      assert.throws(() => check(0, 0, { maxDeletions }), /policy.config.deletions-limited: maxDeletions/);
    }
  });
});
