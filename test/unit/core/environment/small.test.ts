import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { findCycles } from "../../../../core/environment/cycle.ts";
import { durationSeconds } from "../../../../core/environment/duration.ts";
import { editDistance, nearest } from "../../../../core/errors/nearest.ts";
import { formatPath } from "../../../../core/environment/text.ts";
import { quote } from "../../../../core/errors/quote.ts";

describe("the nearest word", () => {
  const cases: readonly [word: string, candidates: readonly string[], expected: string | undefined][] = [
    ["banch", ["repo", "branch", "path"], "branch"],
    ["tenats", ["tenants", "clusters"], "tenants"],
    ["Path", ["path"], "path"],
    ["nmae", ["name", "namespace"], "name"],
    ["zzz", ["repo", "branch"], undefined],
    ["x", [], undefined],
    ["", ["repo"], undefined],
    ["x".repeat(100_000), ["repo"], undefined],
  ];
  for (const [word, candidates, expected] of cases) {
    it(`to ${JSON.stringify(word.slice(0, 10))} is ${expected ?? "none"}`, () => {
      assert.equal(nearest(word, candidates), expected);
    });
  }

  it("is measured alike in both directions, and is nothing only between equals", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
        const distance = editDistance(one, other);
        assert.equal(distance, editDistance(other, one));
        assert.equal(distance === 0, one === other);
        assert.ok(distance <= Math.max(one.length, other.length));
      }),
    );
  });
});

describe("cycles", () => {
  it("are found exactly where there are any, and each is one", () => {
    const names = ["a", "b", "c", "d", "e"];
    const graph = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 8 });
    fc.assert(
      fc.property(graph, (pairs) => {
        const edges = new Map(names.map((name) => [name, pairs.flatMap(([from, to]) => (from === name ? [to] : []))]));
        const reach = (from: string, seen = new Set<string>()): Set<string> => {
          for (const to of edges.get(from) ?? []) if (!seen.has(to)) reach(to, seen.add(to));
          return seen;
        };
        const cycles = findCycles(edges);
        assert.equal(
          cycles.length > 0,
          names.some((name) => reach(name).has(name)),
        );
        for (const cycle of cycles) {
          cycle.forEach((name, index) => {
            assert.ok(edges.get(name)?.includes(cycle[(index + 1) % cycle.length] ?? ""));
          });
          assert.equal(new Set(cycle).size, cycle.length);
          assert.equal([...cycle].sort()[0], cycle[0]);
        }
      }),
    );
  });
});

describe("durations", () => {
  for (const [text, seconds] of [
    ["90s", 90],
    ["5m", 300],
    ["1h30m", 5400],
    ["1h1m1s", 3661],
    ["0s", 0],
  ] as const) {
    it(`reads ${text} as ${seconds} seconds`, () => {
      assert.equal(durationSeconds(text), seconds);
    });
  }
});

describe("texts in messages", () => {
  it("write paths as a person would", () => {
    assert.equal(formatPath(["tenants", "shop", "quota", "requests.cpu"]), 'tenants.shop.quota["requests.cpu"]');
    assert.equal(formatPath(["applications", "web", "dependsOn", 0]), "applications.web.dependsOn[0]");
  });

  it("hold one line of what a terminal only shows", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        assert.match(quote(text), /^[^\p{C}\p{Zl}\p{Zp}]*$/u);
        assert.ok(quote(text).length < 600);
      }),
    );
    assert.equal(quote("a\u001b[31m\u202eb\nc"), String.raw`"a\u001b[31m\u{202e}b\nc"`);
  });
});
