import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { quantityValue, sameQuantity } from "../../../../core/drift/quantity.ts";

describe("quantities", () => {
  const same: readonly (readonly [string | number, string | number])[] = [
    ["1000m", "1"],
    [1, "1"],
    ["0.5", "500m"],
    [".5", "0.50"],
    ["1Gi", "1024Mi"],
    ["1.5Gi", "1536Mi"],
    ["1G", "1000M"],
    ["1e3", "1k"],
    ["1E3", "1000"],
    ["1000000n", "1m"],
    ["1000u", "1m"],
    ["-1", "-1000m"],
    ["0", "0Ki"],
    ["+2", "2"],
    ["1.", "1"],
    ["9007199254740993", "9007199254740993000m"],
  ];
  for (const [left, right] of same) {
    it(`are the same: ${left} and ${right}`, () => {
      assert.ok(sameQuantity(left, right) && sameQuantity(right, left));
    });
  }

  const different: readonly (readonly [string | number, string | number])[] = [
    ["1G", "1Gi"],
    ["1m", "1M"],
    ["1E", "1e1"],
    ["9007199254740992", "9007199254740993"],
    ["1", "-1"],
    ["one", "one"],
    ["", ""],
    [".", "."],
    ["1 Gi", "1Gi"],
    ["1e999", "1e999"],
  ];
  for (const [left, right] of different) {
    it(`are not, or are none: ${JSON.stringify(left)} and ${JSON.stringify(right)}`, () => {
      assert.ok(!sameQuantity(left, right));
    });
  }

  it("have the same order as their values", () => {
    const quantity = fc.record({
      number: fc.integer({ min: -1000, max: 1000 }),
      suffix: fc.constantFrom<readonly [string, number]>(["m", 1e-3], ["", 1], ["k", 1e3], ["Ki", 1024], ["e2", 100]),
    });
    fc.assert(
      fc.property(quantity, quantity, (left, right) => {
        const [a, b] = [left, right].map(({ number, suffix: [text] }) => quantityValue(`${number}${text}`));
        assert.ok(a !== undefined && b !== undefined);
        const expected = Math.sign(
          Math.round(left.number * left.suffix[1] * 1000) - Math.round(right.number * right.suffix[1] * 1000),
        );
        assert.equal(a < b ? -1 : a > b ? 1 : 0, expected);
      }),
    );
  });
});
