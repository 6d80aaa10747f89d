import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { batchesOf, leftOver, type RolloutStep } from "../../../../core/environment/rollout.ts";

const clusters = {
  canary: { labels: { tier: "canary", region: "eu" } },
  "eu-1": { labels: { tier: "live", region: "eu" } },
  "eu-2": { labels: { tier: "live", region: "eu" } },
  "us-1": { labels: { tier: "live", region: "us" } },
  bare: {},
};
const all = Object.keys(clusters);
const batches = (steps: readonly RolloutStep[], own: readonly string[] = all): unknown =>
  batchesOf(steps, clusters, own).map(({ step, clusters: names }) => [step, ...names]);

describe("the batches of a rollout", () => {
  const cases: readonly [what: string, steps: readonly RolloutStep[], expected: unknown][] = [
    ["are none without steps", [], []],
    ["are a cluster by its name", [{ clusters: "canary" }], [[1, "canary"]]],
    ["are clusters in the order in which they are named", [{ clusters: ["us-1", "eu-1"] }], [[1, "us-1", "eu-1"]]],
    [
      "are clusters by their labels, in the order of their names",
      [{ clusters: { match: { region: ["us", "eu"], tier: "live" } } }],
      [[1, "eu-1", "eu-2", "us-1"]],
    ],
    [
      "have each cluster in the first step that chooses it",
      [{ clusters: "canary" }, { clusters: { match: { region: "eu" } } }, { clusters: { match: {} } }],
      [
        [1, "canary"],
        [2, "eu-1", "eu-2"],
        [3, "bare", "us-1"],
      ],
    ],
    [
      "are as large as a step lets clusters be worked on at once",
      [{ clusters: { match: {} }, maxUnavailable: 2 }],
      [
        [1, "bare", "canary"],
        [1, "eu-1", "eu-2"],
        [1, "us-1"],
      ],
    ],
    [
      "round a percentage down",
      [{ clusters: { match: {} }, maxUnavailable: "50%" }],
      [
        [1, "bare", "canary"],
        [1, "eu-1", "eu-2"],
        [1, "us-1"],
      ],
    ],
    [
      "hold one cluster at least",
      [{ clusters: ["eu-1", "eu-2"], maxUnavailable: "10%" }],
      [
        [1, "eu-1"],
        [1, "eu-2"],
      ],
    ],
  ];
  for (const [what, steps, expected] of cases) it(what, () => assert.deepEqual(batches(steps), expected));

  it("hold only clusters of the application, and skip steps that have none", () => {
    const steps = [{ clusters: "canary" }, { clusters: { match: { region: "eu" } } }, { clusters: "us-1" }];
    assert.deepEqual(batches(steps, ["us-1", "eu-2"]), [
      [2, "eu-2"],
      [3, "us-1"],
    ]);
  });

  it("pause at the end of a step only", () => {
    const steps = [{ clusters: ["eu-1", "eu-2"], maxUnavailable: 1, pause: "2m" }, { clusters: "us-1" }];
    assert.deepEqual(
      batchesOf(steps, clusters, all).map(({ pauseSeconds }) => pauseSeconds),
      [undefined, 120, undefined],
    );
  });

  it("hold each cluster once or leave it over, whatever the steps", () => {
    const name = fc.constantFrom(...all);
    const choice = fc.oneof(
      name,
      fc.uniqueArray(name, { minLength: 1 }),
      fc.constantFrom({ match: { region: "eu" } }, { match: { tier: ["live"] } }, { match: {} }),
    );
    const step = fc.record({
      clusters: choice,
      maxUnavailable: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), fc.uniqueArray(name), (steps, own) => {
        const held = batchesOf(steps, clusters, own).flatMap((batch) => batch.clusters);
        assert.deepEqual([...held, ...leftOver(steps, clusters, own)].sort(), [...own].sort());
      }),
    );
  });
});
