import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { record } from "../../core/manifest/json.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { selects } from "../../policies/label-selector.ts";

const labels = { app: "web", tier: "front" };
const expression = (key: Json, operator: Json, values?: Json): Json => ({
  matchExpressions: [values === undefined ? { key, operator } : { key, operator, values }],
});

const selecting: Record<string, Json> = {
  "an empty one": {},
  "one with nothing in its parts": { matchLabels: {}, matchExpressions: [] },
  "one with parts that are null": { matchLabels: null, matchExpressions: null },
  "one label": { matchLabels: { app: "web" } },
  "several labels": { matchLabels: { app: "web", tier: "front" } },
  "one of several values": expression("app", "In", ["api", "web"]),
  "none of several values": expression("app", "NotIn", ["api"]),
  "a key that is not there and NotIn": expression("zone", "NotIn", ["a"]),
  "a key that is there": expression("app", "Exists"),
  "a key that is not there": expression("zone", "DoesNotExist"),
  "labels and expressions": { matchLabels: { app: "web" }, ...record(expression("tier", "In", ["front"])) },
};

const passing: Record<string, Json | undefined> = {
  "no selector": undefined,
  null: null,
  "a list": [],
  "another value": { matchLabels: { app: "api" } },
  "one label of two": { matchLabels: { app: "web", tier: "back" } },
  "a label that every record inherits": { matchLabels: { constructor: "web" } },
  "a value that is not listed": expression("app", "In", ["api"]),
  "a value that is excluded": expression("app", "NotIn", ["web"]),
  "a key that is missing": expression("zone", "Exists"),
  "a key that every record inherits": expression("toString", "Exists"),
  "a key that is there": expression("app", "DoesNotExist"),
  "In without values, which a cluster refuses": expression("app", "In"),
  "NotIn without values, which a cluster refuses": expression("app", "NotIn", []),
  "an operator that does not exist": expression("app", "Like", ["w*"]),
  "an expression without a key": expression(null, "Exists"),
  "expressions that are no list": { matchExpressions: { key: "app", operator: "Exists" } },
  "labels and expressions of which one does not fit": {
    matchLabels: { app: "web" },
    ...record(expression("tier", "In", ["back"])),
  },
};

describe("a label selector", () => {
  for (const [title, selector] of Object.entries(selecting)) {
    it(`selects by ${title}`, () => assert.equal(selects(selector, labels), true));
  }
  for (const [title, selector] of Object.entries(passing)) {
    it(`does not select by ${title}`, () => assert.equal(selects(selector, labels), false));
  }
});
