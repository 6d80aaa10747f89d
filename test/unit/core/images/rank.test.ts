import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import semver from "semver";
import { rankTags } from "../../../../core/images/rank.ts";
import type { ImagePolicy } from "../../../../core/environment/spec.ts";

describe("the order of tags", () => {
  const cases: readonly (readonly [string, ImagePolicy, readonly string[], string, readonly string[]])[] = [
    [
      "takes the highest version in a range",
      { semver: ">=1.2 <2" },
      ["1.2.0", "1.10.0", "1.9.9", "2.0.0", "1.1.0"],
      "1.2.0",
      ["1.10.0", "1.9.9"],
    ],
    [
      "takes no pre-release that the range does not ask for",
      { semver: ">=1 <3" },
      ["1.1.0-rc.1", "2.0.0-0"],
      "1.0.0",
      [],
    ],
    [
      "takes those that it asks for, in the order of their numbers",
      { semver: ">=1.0.0-0 <2.0.0" },
      ["1.1.0-rc.2", "1.1.0-rc.10", "1.1.0"],
      "1.0.0",
      ["1.1.0", "1.1.0-rc.10", "1.1.0-rc.2"],
    ],
    [
      "takes none of the version that ends the range",
      { semver: ">=1.0.0-0 <2.0.0" },
      ["2.0.0-rc.1", "1.0.1"],
      "1.0.0",
      ["1.0.1"],
    ],
    [
      "takes those between two pre-releases of one version",
      { semver: ">=1.2.0-rc.1 <1.2.0" },
      ["1.2.0-rc.2", "1.2.0"],
      "1.2.0-rc.1",
      ["1.2.0-rc.2"],
    ],
    [
      "does not take a dash between versions for a pre-release",
      { semver: "1.0.0 - 2.0.0" },
      ["1.5.0-rc.1", "1.4.0"],
      "1.0.0",
      ["1.4.0"],
    ],
    [
      "leaves out what is no version",
      { semver: "*" },
      ["latest", "1.2", "01.2.3", "1.2.3.4", "", "1.0.1"],
      "1.0.0",
      ["1.0.1"],
    ],
    ["never goes back into a range from beyond it", { semver: "<2" }, ["1.9.9"], "2.1.0", []],
    ["comes into a range from below it", { semver: ">=2" }, ["1.9.9", "2.0.0"], "1.0.0", ["2.0.0"]],
    ["stays with the spelling of the present tag", { semver: "*" }, ["1.1.0", "v1.1.0"], "v1.0.0", ["v1.1.0", "1.1.0"]],
    ["takes the same version in another spelling for nothing new", { semver: "*" }, ["v1.0.0", "1.0.0"], "1.0.0", []],
    [
      "compares the version that an expression takes out",
      { semver: ">=1", tags: "^(?<version>[0-9.]+)-alpine$" },
      ["1.2.0", "1.1.0-alpine", "1.3.0-slim"],
      "1.0.0-alpine",
      ["1.1.0-alpine"],
    ],
    [
      "takes the first group where none is called version",
      { order: "numeric", tags: "^main-([0-9]+)-([0-9a-f]{7})$" },
      ["main-9-aaaaaaa", "main-10-bbbbbbb", "main-11-zzzzzzz"],
      "main-9-aaaaaaa",
      ["main-10-bbbbbbb"],
    ],
    [
      "compares numbers as numbers, however long",
      { order: "numeric" },
      ["9", "10", "010", "99999999999999999999", "1e9", "-1"],
      "9",
      ["99999999999999999999", "10", "010"],
    ],
    [
      "compares texts letter by letter",
      { order: "alphabetical", tags: "^20" },
      ["2026-01-02", "2026-01-10", "2025-12-31", "main"],
      "2026-01-02",
      ["2026-01-10"],
    ],
  ];
  for (const [name, policy, tags, present, newer] of cases) {
    it(name, () => {
      assert.deepEqual(rankTags(policy, { tags, present }).newer, newer);
    });
  }

  it("leaves out signatures and attestations, which are named by the digest of an image", () => {
    const attached = ["", ".sig", ".att"].map((end) => `sha256-${"f".repeat(64)}${end}`);
    for (const policy of [{ order: "alphabetical" }, { order: "alphabetical", tags: "" }] as const) {
      assert.deepEqual(rankTags(policy, { tags: [...attached, "b", "sha256-b"], present: "a" }).newer, [
        "sha256-b",
        "b",
      ]);
    }
  });

  it("compares images by when they were made, and leaves out those that do not say", () => {
    const created = new Map([
      ["a", new Date("2026-01-01")],
      ["b", new Date("2026-03-01")],
      ["c", new Date("2026-02-01")],
    ]);
    const tags = ["a", "b", "c", "d"];
    assert.deepEqual(rankTags({ order: "newest" }, { tags, present: "a", created }).newer, ["b", "c"]);
    assert.deepEqual(rankTags({ order: "newest" }, { tags, present: "b", created }).newer, []);
    assert.match(rankTags({ order: "newest" }, { tags, present: "d", created }).unclear ?? "", /nobody knows when/);
  });

  it("offers nothing where the present tag cannot be compared, and still says what is best", () => {
    for (const present of ["latest", undefined]) {
      const ranking = rankTags({ semver: "*" }, { tags: ["1.0.0", "2.0.0"], present });
      assert.deepEqual([ranking.newer, ranking.allowed], [[], ["2.0.0", "1.0.0"]]);
      assert.notEqual(ranking.unclear, undefined);
    }
  });

  const number = fc.integer({ min: 0, max: 12 });
  const suffix = fc.constantFrom("", "-rc.1", "-rc.2", "-0", "-alpha");
  const version = fc.tuple(number, number, number, suffix).map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
  const range = fc.constantFrom("*", ">=1 <5", "^2.3", "~1.2", ">=1.0.0-0", ">=1.0.0-0 <4.0.0", "1.x || >=3", "<2");

  it("never offers an older version, nor one outside of the range, whatever there is", () => {
    fc.assert(
      fc.property(fc.array(version), version, range, (tags, present, wanted) => {
        const { newer, allowed } = rankTags({ semver: wanted }, { tags, present });
        for (const tag of newer) {
          assert.ok(semver.gt(tag, present), `${tag} is not newer than ${present}`);
          assert.ok(tags.includes(tag));
          assert.ok(semver.satisfies(tag, wanted, { includePrerelease: true }));
          if (!wanted.includes("-")) assert.equal(semver.prerelease(tag), null);
        }
        for (const [at, tag] of allowed.entries()) {
          const next = allowed[at + 1];
          assert.ok(next === undefined || semver.gte(tag, next));
        }
      }),
    );
  });

  it("does not depend on the order in which a registry lists its tags", () => {
    fc.assert(
      fc.property(fc.uniqueArray(version), version, range, (tags, present, wanted) => {
        const policy = { semver: wanted };
        assert.deepEqual(rankTags(policy, { tags, present }), rankTags(policy, { tags: tags.toReversed(), present }));
      }),
    );
  });

  it("never offers a smaller number", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 1n << 80n })),
        fc.bigInt({ min: 0n, max: 1n << 80n }),
        (all, now) => {
          const { newer } = rankTags({ order: "numeric" }, { tags: all.map(String), present: String(now) });
          assert.ok(newer.every((tag) => BigInt(tag) > now));
          assert.equal(newer.length, new Set(all.filter((each) => each > now)).size);
        },
      ),
    );
  });
});
