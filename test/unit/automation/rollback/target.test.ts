import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { rollbackTarget } from "../../../../automation/rollback/target.ts";
import type { UpdateRecord } from "../../../../core/history/record.ts";

const [a, b, c] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
const update = (number: number, to: string, healthy = true): UpdateRecord => ({
  ...{ number, kind: "up", outcome: healthy ? "succeeded" : "failed", healthy, to },
  ...{ approvals: [], failures: [] },
});
const records = [update(4, c), update(3, b), update(2, b, false), update(1, a)];
const blockOf = (revision: string) => ({
  entry: { revision, reason: "x", by: "y", at: "2026-11-22T10:00:00Z" },
  place: { file: "environments/_blocked.yaml" },
});
const target = (to?: string, more: object = {}): string =>
  rollbackTarget({ environment: "dev", present: c, to, records, blocked: [], ...more });

describe("Where a rollback goes", () => {
  it("is the newest good commit that is not the present one", () => assert.equal(target(), b));

  it("is none that is blocked itself", () => assert.equal(target(undefined, { blocked: [blockOf(b)] }), a));

  it("is the one that is named, by its id or the number of an update", () => {
    assert.deepEqual([target(a), target("1"), target("#1")], [a, a, a]);
  });

  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    [
      "there is no good one",
      () => target(undefined, { records: [update(2, c), update(1, b, false)] }),
      /\bROLLBACK_IMPOSSIBLE /,
    ],
    ["nothing was ever applied", () => target(undefined, { records: [] }), /\bROLLBACK_IMPOSSIBLE/],
    ["it is pinned already", () => target(c), /\bROLLBACK_IMPOSSIBLE/],
    ["no update has that number", () => target("9"), /\bUPDATE_NOT_FOUND/],
    [
      "that update has no commit",
      () => target("5", { records: [{ ...update(5, a), to: undefined }] }),
      /\bUPDATE_NOT_FOUND /,
    ],
    ["it is a branch or a short id", () => target("main"), /\bUSAGE/],
    ["it is blocked", () => target(a, { blocked: [blockOf(a)] }), /REVISION_BLOCKED/],
  ];
  for (const [why, attempt, error] of refused) {
    it(`is refused where ${why}`, () => assert.throws(attempt, error));
  }
});
