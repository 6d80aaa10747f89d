import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { applicationObjects } from "../../../bench/objects.ts";

describe("bench objects", () => {
  for (const scale of [
    { objects: 1000, applications: 200 },
    { objects: 23, applications: 4 },
    { objects: 3, applications: 2 },
  ]) {
    it(`makes exactly ${scale.objects} objects for ${scale.applications} applications, all different`, () => {
      const all = Array.from({ length: scale.applications }, (_, index) => applicationObjects(scale, index, "bench"));
      const names = all.flat().map((object) => `${object.kind}/${object.metadata.name}`);
      assert.equal(names.length, scale.objects);
      assert.equal(new Set(names).size, scale.objects);
    });
  }
});
