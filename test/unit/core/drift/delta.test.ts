import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { add, subtract } from "../../../../core/drift/delta.ts";
import { sameJson } from "../../../../core/manifest/json.ts";
import type { Json } from "../../../../core/manifest/manifest.ts";
import { json } from "./arbitrary.ts";

describe("delta", () => {
  it("gives back the target exactly, through JSON too", () => {
    fc.assert(
      fc.property(json, json, (target, base) => {
        const delta = subtract(target, base);
        assert.ok(sameJson(add(base, delta), target));
        if (delta === undefined) return;
        assert.ok(sameJson(add(base, JSON.parse(JSON.stringify(delta)) as typeof delta), target));
      }),
      { numRuns: 500 },
    );
  });

  it("is nothing between equal values, and something between others", () => {
    fc.assert(fc.property(json, json, (a, b) => (subtract(a, b) === undefined) === sameJson(a, b)));
    fc.assert(fc.property(json, (value) => subtract(structuredClone(value), value) === undefined));
  });

  it("holds what defaults add, and nothing of what was asked for", () => {
    const desired = {
      spec: {
        containers: [
          { name: "web", image: "web:1", ports: [{ containerPort: 80 }] },
          { name: "db", image: "db:1" },
        ],
      },
    };
    const live = {
      spec: {
        dnsPolicy: "ClusterFirst",
        containers: [
          { name: "web", image: "web:1", ports: [{ containerPort: 80, protocol: "TCP" }] },
          { name: "db", image: "db:1", imagePullPolicy: "IfNotPresent" },
        ],
      },
    };
    assert.deepEqual(subtract(live, desired), {
      keys: {
        spec: {
          keys: {
            dnsPolicy: { set: "ClusterFirst" },
            containers: {
              items: [
                [0, { keys: { ports: { items: [[0, { keys: { protocol: { set: "TCP" } } }]] } } }],
                [1, { keys: { imagePullPolicy: { set: "IfNotPresent" } } }],
              ],
            },
          },
        },
      },
    });
  });

  it("names items by their place where a sidecar was put in front of them", () => {
    const item = { name: "web", image: "web:1" };
    const sidecar = { name: "proxy", image: "proxy:1" };
    assert.deepEqual(subtract([sidecar, item], [item]), { items: [{ set: sidecar }, 0] });
    assert.deepEqual(subtract([{ ...item, tty: true }], [item]), { items: [[0, { keys: { tty: { set: true } } }]] });
  });

  it("tells a value that is null from one that is not there", () => {
    const cases: readonly (readonly [Json, Json])[] = [
      [{ a: null }, {}],
      [{}, { a: null }],
      [[null], []],
    ];
    for (const [target, base] of cases) assert.deepEqual(add(base, subtract(target, base)), target);
  });

  it("refuses to be added to a value that it was not made for", () => {
    const delta = subtract({ a: [{ name: "x", b: 1 }] }, { a: [{ name: "x" }] });
    for (const base of [undefined, "text", {}, { a: [] }]) assert.throws(() => add(base, delta), RangeError);
  });
});
