import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import type { UpdateRecord } from "../../../../core/history/record.ts";
import { checkSoak, checkStage, runningUpdate, selectApplications } from "../../../../core/promotion/gates.ts";

const promotion = { from: "staging", soak: "1h", requires: [], together: [["a", "b"]], direct: false };
const production = { name: "production", promotion };
const commit = (digit: string): string => digit.repeat(40);

function update(changes: Partial<UpdateRecord>): UpdateRecord {
  const base = { kind: "up", outcome: "succeeded", healthy: true, to: commit("1"), digest: "sha256:1" } as const;
  return { ...base, approvals: [], failures: [], end: "2026-01-01T00:00:00Z", ...changes };
}

function refused(code: string, work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof DriftlessError, String(error));
    assert.equal(error.code, code);
    return `${error.message} ${error.findings[0].fix}`;
  }
  return assert.fail("nothing was refused");
}

describe("the order of stages", () => {
  it("lets the environment before promote", () => checkStage(production, "staging"));
  it("refuses any other, and names the way", () => {
    assert.match(
      refused("PROMOTION_REFUSED", () => checkStage(production, "dev")),
      /skip a stage[^]*--from staging/,
    );
  });
  it("refuses an environment that would promote itself", () => {
    const self = { name: "production", promotion: { ...promotion, from: "production" } };
    assert.match(
      refused("PROMOTION_REFUSED", () => checkStage(self, "production")),
      /to itself/,
    );
  });
  it("refuses where nothing is declared", () => {
    refused("PROMOTION_REFUSED", () => checkStage({ name: "production", promotion: undefined }, "staging"));
  });
});

describe("the applications of a promotion", () => {
  const known = ["a", "b", "c"];
  it("are all if none is named", () => assert.deepEqual([...selectApplications(production, known, [])], known));
  it("are those that are named", () => assert.deepEqual([...selectApplications(production, known, ["c"])], ["c"]));
  it("go together where that is declared", () => {
    assert.match(
      refused("PROMOTION_REFUSED", () => selectApplications(production, known, ["a"])),
      /Name b too/,
    );
    assert.equal(selectApplications(production, known, ["b", "a"]).size, 2);
  });
  it("must be there where they are declared to go together, too", () => {
    assert.match(
      refused("PROMOTION_REFUSED", () => selectApplications(production, ["a", "c"], [])),
      /names "b"/,
    );
  });
  it("must be there", () => void refused("USAGE", () => selectApplications(production, known, ["x"])));
});

describe("what an environment runs", () => {
  const run = (...records: readonly UpdateRecord[]) => runningUpdate("staging", records);
  it("is what its last update brought in, since the first one that did", () => {
    const { record, since } = run(
      update({ end: "2026-01-03T00:00:00Z" }),
      update({ kind: "heal", end: "2026-01-02T12:00:00Z" }),
      update({ end: "2026-01-02T00:00:00Z" }),
      update({ to: commit("0"), end: "2026-01-01T00:00:00Z" }),
    );
    assert.deepEqual([record.to, since], [commit("1"), "2026-01-02T00:00:00Z"]);
  });
  it("began anew after a failed update, and after another document", () => {
    const failed = update({ outcome: "failed", healthy: false });
    assert.equal(run(update({ end: "2026-01-03T00:00:00Z" }), failed, update({})).since, "2026-01-03T00:00:00Z");
    const other = update({ digest: "sha256:2" });
    assert.equal(run(update({ end: "2026-01-03T00:00:00Z" }), other).since, "2026-01-03T00:00:00Z");
  });
  it("is not known after an update that failed, was interrupted, is running, was not waited for, or destroyed it", () => {
    refused("PROMOTION_REFUSED", () => run());
    for (const outcome of ["failed", "interrupted", "running"] as const)
      refused("PROMOTION_REFUSED", () => run(update({ outcome, healthy: false }), update({})));
    assert.match(
      refused("PROMOTION_REFUSED", () => run(update({ healthy: false }))),
      /did not wait/,
    );
    refused("PROMOTION_REFUSED", () => run(update({ kind: "destroy" })));
  });
});

describe("the soak time", () => {
  const since = "2026-01-01T00:00:00Z";
  const check = (at: string, soak = "1h") =>
    checkSoak({ name: "production", promotion: { ...promotion, soak } }, "staging", since, new Date(at));
  it("is over when it is", () => {
    check("2026-01-01T01:00:00Z");
    check("2026-01-01T00:00:00Z", "0s");
  });
  it("refuses before, and says when it will be", () => {
    assert.match(
      refused("PROMOTION_WAITING", () => check("2026-01-01T00:59:59Z")),
      /after 2026-01-01T01:00:00/,
    );
  });
  it("says that a clock is wrong", () => {
    assert.match(
      refused("PROMOTION_WAITING", () => check("2025-12-31T00:00:00Z")),
      /clock/,
    );
  });
  it("refuses where nobody knows since when it has run", () => {
    refused("PROMOTION_REFUSED", () => checkSoak(production, "staging", "", new Date(since)));
  });
});
