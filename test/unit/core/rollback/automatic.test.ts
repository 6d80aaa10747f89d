import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { UpdateRecord } from "../../../../core/history/record.ts";
import { automaticReason, automaticRollbacks } from "../../../../core/rollback/automatic.ts";

const record = (kind: UpdateRecord["kind"], healthy: boolean, reason?: string): UpdateRecord => ({
  ...{ kind, healthy, outcome: healthy ? "succeeded" : "failed", approvals: [], failures: [] },
  reason,
});
const auto = (...names: readonly string[]): UpdateRecord =>
  record("rollback", true, automaticReason(names, "it: failed"));

describe("How often an application went back by itself", () => {
  const cases: readonly (readonly [string, readonly UpdateRecord[], number])[] = [
    ["is nothing at first", [], 0],
    ["counts every time", [record("up", false), auto("web"), record("up", false), auto("web")], 2],
    ["counts it among others", [auto("till", "web")], 1],
    ["counts no other application", [auto("webshop"), auto("till")], 0],
    ["counts no rollback that somebody asked for", [record("rollback", true, "web fails")], 0],
    ["begins anew with a healthy update", [auto("web"), record("up", true), auto("web")], 1],
  ];
  for (const [what, records, times] of cases) {
    it(what, () => assert.equal(automaticRollbacks(records, "web"), times));
  }

  it("is told with a reason that stays short", () =>
    assert.equal(automaticReason(["web"], "x".repeat(999)).length, 301));
});
