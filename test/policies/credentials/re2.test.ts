import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { toJavaScript } from "../../../policies/credentials/re2.ts";

const conversions: [pattern: string, matches: string, refuses: string][] = [
  ["(?i)abc", "ABC", "ab"],
  ["a(?i)bc", "aBC", "ABC"],
  ["(a(?i)b|c)d", "aBd", "aBD"],
  ["^(a(?i)b|c)d$", "Cd", "Ad"],
  ["x(?:y(?i)z)w", "xyZw", "xYzw"],
  ["(?i)a(?-i:b)", "Ab", "AB"],
  ["^(?P<first>a)b\\z", "ab", "abc"],
  ["^[[:alnum:]]+$", "aZ9", "a-"],
  ["^[^]]+$", "abc", "a]"],
  ["^[.*?]$", "*", "ab"],
  ["^a\\.*?$", "a..", "ab"],
  ["^a.*?b$", "a--b", "a\nb"],
];

describe("toJavaScript", () => {
  for (const [pattern, matches, refuses] of conversions) {
    it(`reads ${pattern}`, () => {
      const { source, flags } = toJavaScript(pattern);
      assert.match(matches, new RegExp(source, flags));
      assert.doesNotMatch(refuses, new RegExp(source, flags));
    });
  }

  it("does not count named groups", () => {
    assert.equal(/x/.exec("x")?.length, 1);
    assert.equal(new RegExp(toJavaScript("(?P<a>a)(b)").source).exec("ab")?.[1], "b");
  });

  it("fails on what has no counterpart", () => assert.throws(() => toJavaScript("\\Qa.b\\E(?U)a"), SyntaxError));
});
