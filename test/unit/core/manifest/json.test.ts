import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { canonicalJson, sameJson } from "../../../../core/manifest/json.ts";
import type { Json } from "../../../../core/manifest/manifest.ts";

const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)) as Json);

/** The same value with its keys in the opposite order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]): [string, Json] => [key, reversed(item)]),
  );
}

describe("canonicalJson", () => {
  it("sorts keys and leaves lists as they are", () => {
    assert.equal(canonicalJson({ b: [2, 1], a: { d: null, c: "ä\n" } }), '{"a":{"c":"ä\\n","d":null},"b":[2,1]}');
  });

  it("reads back as the same value", () => {
    fc.assert(fc.property(json, (value) => assert.deepEqual(JSON.parse(canonicalJson(value)), value)));
  });

  it("does not depend on the order of keys", () => {
    fc.assert(fc.property(json, (value) => assert.equal(canonicalJson(reversed(value)), canonicalJson(value))));
  });
});

describe("sameJson", () => {
  it("agrees with canonical JSON", () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        assert.equal(sameJson(left, right), canonicalJson(left) === canonicalJson(right));
        assert.equal(sameJson(left, reversed(left)), true);
      }),
    );
  });

  const different: readonly (readonly [Json | undefined, Json | undefined])[] = [
    [null, undefined],
    [null, {}],
    [[], {}],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [[1], [1, 2]],
    ["1", 1],
    [{ constructor: 1 }, { x: 1 }],
  ];
  for (const [left, right] of different) {
    it(`tells ${JSON.stringify(left)} from ${JSON.stringify(right)}`, () => {
      assert.equal(sameJson(left, right), false);
      assert.equal(sameJson(right, left), false);
    });
  }
});
