import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { deliveryFigures, median, type AuditedUpdate } from "../../../../core/history/audit.ts";

const [a, b, c] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
const period = { from: "2026-11-01T00:00:00Z", to: "2026-11-11T00:00:00Z" };
const at = (day: number, hour: number, minute = 0): string =>
  new Date(Date.UTC(2026, 10, day, hour, minute)).toISOString();

/** An update that began on a day at 10:00 and took half an hour. */
function update(day: number, from: string | undefined, to: string, fields: Partial<AuditedUpdate> = {}): AuditedUpdate {
  const commit = { revision: to, date: at(day, 8, 30), author: "Ada", committer: "Ada", subject: "x", reviewers: [] };
  return {
    ...{ environment: "dev", kind: "up", outcome: "succeeded", healthy: true, approvals: [], failures: [] },
    ...{ start: at(day, 10), end: at(day, 10, 30), from, to, changes: { counts: { update: 1 }, objects: [] } },
    commits: [commit],
    ...fields,
  };
}
const failed = { outcome: "failed", healthy: false } as const;
const hour = 3600;

describe("The figures of deliveries", () => {
  const cases: readonly (readonly [string, readonly AuditedUpdate[], Partial<ReturnType<typeof deliveryFigures>>])[] = [
    [
      "nothing",
      [],
      {
        deployments: 0,
        frequencyPerDay: 0,
        leadTimeSeconds: undefined,
        changeFailureRate: undefined,
        timeToRestoreSeconds: undefined,
      },
    ],
    [
      "two good updates",
      [update(3, a, b), update(2, undefined, a)],
      { deployments: 2, frequencyPerDay: 0.2, leadTimeSeconds: 2 * hour, changeFailureRate: 0, open: 0 },
    ],
    [
      "an update that changed nothing",
      [update(3, a, a, { changes: { counts: {}, objects: [] } }), update(2, undefined, a)],
      { deployments: 1 },
    ],
    [
      "healing and destroying",
      [update(3, a, a, { kind: "heal" }), update(4, a, a, { kind: "destroy" })],
      { deployments: 0 },
    ],
    ["what is outside of the period", [update(12, a, b), update(2, undefined, a)], { deployments: 1 }],
    [
      "one that failed and was mended two days later",
      [update(5, b, c), update(3, a, b, failed), update(2, undefined, a)],
      { deployments: 3, frequencyPerDay: 0.2, changeFailureRate: 1 / 3, timeToRestoreSeconds: 48 * hour, open: 0 },
    ],
    [
      "one that was killed",
      [update(3, a, b, { outcome: "interrupted", healthy: false, end: undefined })],
      { changeFailureRate: 1, open: 1 },
    ],
    [
      "one that was healthy and was rolled back",
      [update(4, b, a, { kind: "rollback" }), update(3, a, b), update(2, undefined, a)],
      { deployments: 3, changeFailureRate: 1 / 2, timeToRestoreSeconds: 24 * hour, frequencyPerDay: 0.3 },
    ],
    [
      "one that was superseded before another was rolled back",
      [update(5, c, b, { kind: "rollback" }), update(4, b, c), update(3, a, b)],
      { changeFailureRate: 1 / 2 },
    ],
    [
      "one restored after the period",
      [update(12, b, c), update(10, a, b, failed)],
      { deployments: 1, timeToRestoreSeconds: 48 * hour },
    ],
    [
      "a rollback that failed, restored by the next",
      [update(5, a, c), update(4, b, a, { kind: "rollback", ...failed }), update(3, a, b, failed)],
      { changeFailureRate: 1 / 2, timeToRestoreSeconds: 48 * hour },
    ],
    [
      "commits that Git has lost",
      [update(3, a, b, { commits: undefined })],
      { leadTimeSeconds: undefined, deployments: 1 },
    ],
    [
      "a clock that is wrong",
      [
        update(3, a, b, {
          commits: [{ revision: b, date: at(9, 0), author: "", committer: "", subject: "", reviewers: [] }],
        }),
      ],
      { leadTimeSeconds: 0 },
    ],
  ];
  for (const [what, updates, expected] of cases) {
    it(`of ${what}`, () => {
      const figures: Readonly<Record<string, unknown>> = { ...deliveryFigures(updates, period) };
      const found = Object.fromEntries(Object.keys(expected).map((key) => [key, figures[key]]));
      assert.deepEqual(found, expected);
    });
  }

  it("take the middle, and of two the mean", () => {
    assert.deepEqual([median([]), median([5]), median([9, 1, 5]), median([1, 9])], [undefined, 5, 5, 5]);
  });
});
