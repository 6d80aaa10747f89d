import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { applyChanges, type Change } from "../../../../core/accept/apply-changes.ts";
import { compare } from "../../../../core/drift/compare.ts";
import type { Json, JsonObject } from "../../../../core/manifest/manifest.ts";

const object = (spec: Json): JsonObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec });

/** What `compare` finds between two objects, as changes of the first. */
function changes(before: JsonObject, after: JsonObject): readonly Change[] {
  return compare(before, after).map((each) => ({ ...each, ...("new" in each ? { new: each.new } : {}) }));
}

describe("Fields of an object that are changed", () => {
  const containers = (...list: readonly Json[]): Json => ({ containers: list });
  const web = { name: "web", image: "a", env: [{ name: "A", value: "1" }], args: ["x", "y", "z"] };
  const cases: readonly [string, Json, Json][] = [
    ["a value", { replicas: 1 }, { replicas: 2 }],
    ["a new map", {}, { a: { b: { c: 1 } } }],
    ["a field of an item", containers(web), containers({ ...web, image: "b" })],
    ["a new item", containers(web), containers(web, { name: "side", image: "s" })],
    ["a removed item", containers(web, { name: "side" }), containers({ name: "side" })],
    ["new variables", containers(web), containers({ ...web, env: [...web.env, { name: "B" }, { name: "C" }] })],
    ["an item in the middle", containers(web), containers({ ...web, args: ["x", "new", "y", "z"] })],
    ["several removed by their places", containers(web), containers({ ...web, args: ["z"] })],
    ["some changed and some more", containers(web), containers({ ...web, args: ["x", "1", "2", "3", "z"] })],
    ["a list that is new", containers({ name: "web" }), containers({ name: "web", args: ["x"] })],
    ["a list that is gone", containers(web), containers({ name: "web", image: "a", env: web.env })],
    ["members of a set", { rules: [{ verbs: ["get", "list"] }] }, { rules: [{ verbs: ["get", "watch"] }] }],
  ];
  for (const [what, before, after] of cases) {
    it(`become what they should be: ${what}`, () => {
      const result = applyChanges(object(before), changes(object(before), object(after)));
      assert.deepEqual(compare(result, object(after)), []);
      assert.deepEqual(result, object(after));
    });
  }

  it("make what leads to them where it is missing", () => {
    const steps = ["spec", "containers", { name: "web" }, "env", { name: "A" }, "value"];
    const result = applyChanges(object({}), [{ steps, kind: "added", new: "1" }]);
    assert.deepEqual(result, object(containers({ name: "web", env: [{ name: "A", value: "1" }] })));
  });
});
