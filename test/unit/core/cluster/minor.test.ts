import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { minorOf } from "../../../../core/cluster/minor.ts";

describe("a Kubernetes version", () => {
  for (const [text, minor] of Object.entries({ "1.33": 33, "v1.33.4": 33, "1.33+": 33, "1.30.0-eks-a5565ad": 30 })) {
    it(`is read from ${text}`, () => assert.equal(minorOf(text), minor));
  }
  for (const text of ["", "1", "2.0", "latest", "1.x", "1.1234"]) {
    it(`is none in "${text}"`, () => assert.equal(minorOf(text), undefined));
  }
});
