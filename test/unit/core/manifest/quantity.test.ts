import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { exactQuantity, quantity, sameQuantity } from "../../../../core/manifest/quantity.ts";

describe("a quantity", () => {
  for (const [text, amount] of [
    ["1", 1],
    ["0", 0],
    [0.5, 0.5],
    [1e-7, 1e-7],
    [1e21, 1e21],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["-1", -1],
    ["500m", 0.5],
    ["250u", 0.00025],
    ["5n", 5e-9],
    ["2k", 2000],
    ["1M", 1e6],
    ["1.5G", 1.5e9],
    ["1E", 1e18],
    ["1e3", 1000],
    ["1E3", 1000],
    ["12e-1", 1.2],
    ["64Mi", 67108864],
    ["1Ki", 1024],
    ["1.5Gi", 1610612736],
    ["1e999", Infinity],
  ] as const) {
    it(`is read from ${JSON.stringify(text)}`, () => assert.equal(quantity(text), amount));
  }

  const nothing = [
    "",
    " 1",
    "1 ",
    "1K",
    "1mi",
    "1Mb",
    "m",
    ".",
    "1e",
    "1e1000",
    "0x10",
    "1_000",
    "1 Gi",
    "one",
    "9".repeat(101),
  ];
  for (const none of [...nothing, true, null, {}, ["1"], undefined]) {
    it(`is not read from ${JSON.stringify(none)}`, () => {
      assert.equal(quantity(none), undefined);
      assert.equal(exactQuantity(none), undefined);
      assert.ok(!sameQuantity(none ?? null, none ?? null));
    });
  }

  it("is rounded away from zero beyond billionths", () => {
    for (const text of ["0.1n", "1n", "1e-9", "0.0000000001", "1e-999"]) assert.equal(exactQuantity(text), 1n);
    assert.equal(exactQuantity("-1.5n"), -2n);
    assert.equal(exactQuantity("0.00000000000"), 0n);
  });

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
    it(`is the same as ${left} and as ${right}`, () => {
      assert.ok(sameQuantity(left, right) && sameQuantity(right, left));
    });
  }

  const different: readonly (readonly [string | number, string | number])[] = [
    ["1G", "1Gi"],
    ["1m", "1M"],
    ["1E", "1e1"],
    ["9007199254740992", "9007199254740993"],
    ["1", "-1"],
    ["1", "one"],
  ];
  for (const [left, right] of different) {
    it(`of ${left} differs from ${right}`, () => assert.ok(!sameQuantity(left, right)));
  }

  it("has the same order as its values", () => {
    const part = fc.record({
      number: fc.integer({ min: -1000, max: 1000 }),
      suffix: fc.constantFrom<readonly [string, number]>(["m", 1e-3], ["", 1], ["k", 1e3], ["Ki", 1024], ["e2", 100]),
    });
    fc.assert(
      fc.property(part, part, (left, right) => {
        const [a, b] = [left, right].map(({ number, suffix: [text] }) => exactQuantity(`${number}${text}`));
        assert.ok(a !== undefined && b !== undefined);
        const expected = Math.sign(
          Math.round(left.number * left.suffix[1] * 1000) - Math.round(right.number * right.suffix[1] * 1000),
        );
        assert.equal(a < b ? -1 : a > b ? 1 : 0, expected);
      }),
    );
  });
});
