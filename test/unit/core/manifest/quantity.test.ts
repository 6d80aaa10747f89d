import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseQuantity } from "../../../../core/manifest/quantity.ts";

describe("parseQuantity", () => {
  for (const [text, amount] of [
    ["1", 1],
    ["0", 0],
    [0.5, 0.5],
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
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseQuantity(text), amount));
  }

  for (const none of [
    "",
    " 1",
    "1 ",
    "1K",
    "1mi",
    "1Mb",
    "m",
    ".",
    "1e",
    "0x10",
    "1_000",
    true,
    null,
    {},
    ["1"],
    undefined,
  ]) {
    it(`reads nothing from ${JSON.stringify(none)}`, () => assert.equal(parseQuantity(none), undefined));
  }
});
