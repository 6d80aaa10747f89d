import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { LastRun } from "../../../../automation/engine/types.ts";
import { unfinishedRun, unfinishedText } from "../../../../automation/status/run-state.ts";

function run(kind: string, result: LastRun["result"]): LastRun {
  return { kind, result, startTime: "2026-11-22T06:56:56.000Z", changes: {} };
}

describe("How the newest run ended", () => {
  const cases: readonly [what: string, Parameters<typeof unfinishedRun>[0], ReturnType<typeof unfinishedRun>][] = [
    ["nothing ran", { noted: undefined, last: undefined }, undefined],
    ["an update succeeded", { noted: undefined, last: run("update", "succeeded") }, undefined],
    ["an update failed", { noted: undefined, last: run("update", "failed") }, "failed"],
    ["a deletion did not end", { noted: undefined, last: run("destroy", "in-progress") }, "failed"],
    ["a refresh failed, which applies nothing", { noted: undefined, last: run("refresh", "failed") }, undefined],
    [
      "a run was killed after one that succeeded",
      { noted: "interrupted", last: run("update", "succeeded") },
      "interrupted",
    ],
    ["a run is at work after one that failed", { noted: "running", last: run("update", "failed") }, "running"],
  ];
  for (const [what, runs, expected] of cases) {
    it(`is ${expected ?? "as it should be"} when ${what}`, () => {
      assert.equal(unfinishedRun(runs), expected);
    });
  }

  it("is said with the command that finishes it", () => {
    const text = (unfinished: "running" | "interrupted" | "failed", kind: string): string =>
      unfinishedText("dev", "5d277f9", unfinished, { noted: undefined, last: run(kind, "failed") });
    assert.equal(
      text("failed", "update"),
      "the last update did not finish (failed); run driftless up dev, which brings it to 5d277f9",
    );
    assert.equal(text("failed", "destroy"), "the last destroy did not finish (failed); run driftless destroy dev");
    // The last run of the history is the one before.
    assert.match(text("interrupted", "destroy"), /^the last run did not finish \(interrupted\); run driftless up dev,/);
    assert.equal(text("running", "update"), "a run is at work");
  });
});
