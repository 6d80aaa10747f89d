import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { wholeStackName } from "../../../../core/cluster/stack-name.ts";

describe("the whole name of a stack", () => {
  const cases = [
    ["production", "acme/shop/production"],
    ["platform/production", "acme/platform/production"],
    ["other/platform/production", "other/platform/production"],
  ] as const;
  for (const [name, whole] of cases) {
    it(`is ${whole} for ${name}`, () => {
      assert.equal(wholeStackName(name, ["acme", "shop"]), whole);
    });
  }
});
