import assert from "node:assert/strict";
import { brotliCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, it } from "mocha";
import { decodeBaseline, encodeBaseline } from "../../../../core/drift/baseline-codec.ts";
import { baselineEntry, baselineNormal, emptyBaseline, type Baseline } from "../../../../core/drift/baseline.ts";
import { normalForm } from "../../../../core/drift/normal-form.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { sameJson } from "../../../../core/manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { object } from "../plan/fixture.ts";
import { jsonObject } from "./arbitrary.ts";

const thing = (spec: JsonObject): KubernetesObject => object("example.com/v1", "Thing", "a", { spec });
const identity = { uid: "u", resourceVersion: "7" };
const pack = (value: unknown): string =>
  `driftless-baseline/1:${brotliCompressSync(JSON.stringify(value)).toString("base64")}`;
const refuses = (text: string, message: RegExp): void => {
  assert.throws(
    () => decodeBaseline(text),
    (error) => error instanceof DriftlessError && error.code === "BASELINE_INVALID" && message.test(error.message),
  );
};

describe("a baseline", () => {
  it("gives back what every object looked like, after it was written and read", () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (asked, found) => {
        const [inputs, normal] = [thing(asked), normalForm(thing(found))];
        const entry = baselineEntry(inputs, normal, identity);
        const name = "eu/_/Thing.example.com/a";
        const read = decodeBaseline(encodeBaseline({ objects: new Map([[name, entry]]) })).objects.get(name);
        assert.deepEqual(read, entry);
        assert.ok(sameJson(baselineNormal(read, inputs), normal));
      }),
    );
  });

  it("says nothing about an object of which something else is asked for now", () => {
    const entry = baselineEntry(thing({ a: 1 }), normalForm(thing({ a: 1 })), identity);
    assert.equal(baselineNormal(entry, thing({ a: 2 })), undefined);
    assert.ok(baselineNormal(entry, thing({ a: 1 })) !== undefined);
  });

  it("does not pass for another one when an entry was changed", () => {
    const entry = baselineEntry(thing({ a: 1 }), normalForm(thing({ a: 1, b: 2 })), identity);
    const changed = { ...entry, rest: { keys: { spec: { keys: { b: { set: 3 } } } } } };
    assert.throws(() => baselineNormal(changed, thing({ a: 1 })), /BASELINE_INVALID/);
  });

  it("keeps the history of changes that were taken back", () => {
    const entry = {
      ...baselineEntry(thing({}), normalForm(thing({})), { uid: "u" }),
      reverted: [{ path: "spec.replicas", manager: "kubectl", times: 2, last: "2026-01-01T00:00:00Z" }],
    };
    const baseline: Baseline = { objects: new Map([["a", entry]]) };
    assert.deepEqual(decodeBaseline(encodeBaseline(baseline)), baseline);
  });

  it("is the same text for the same objects in another order", () => {
    const [a, b] = ["a", "b"].map((name) => [name, baselineEntry(thing({}), thing({}), { uid: name })] as const);
    assert.ok(a !== undefined && b !== undefined);
    assert.equal(encodeBaseline({ objects: new Map([a, b]) }), encodeBaseline({ objects: new Map([b, a]) }));
    assert.deepEqual(decodeBaseline(encodeBaseline(emptyBaseline)), emptyBaseline);
  });

  it("takes well under a kilobyte for an object with many defaults", () => {
    const objects = new Map(
      Array.from({ length: 1000 }, (_, at) => {
        const container = { name: "web", image: `registry.example.com/web:${at}` };
        const inputs = object("apps/v1", "Deployment", `web-${at}`, { spec: { containers: [container] } });
        const normal = {
          ...inputs,
          spec: { containers: [{ ...container, ...defaults }], ...defaults, ip: `10.0.0.${at}` },
        };
        return [`eu/shop/Deployment.apps/web-${at}`, baselineEntry(inputs, normal, { uid: uid(at) })] as const;
      }),
    );
    const text = encodeBaseline({ objects });
    assert.ok(text.length / 1000 < 250, `${text.length / 1000} bytes an object`);
    assert.ok(decodeBaseline(text).objects.size === 1000);
  });

  it("is refused with a reason when it is damaged or of another format", () => {
    const good = encodeBaseline(emptyBaseline);
    refuses(good.replace("/1:", "/2:"), /format 2; this program reads format 1/);
    for (const text of ["", "{}", "driftless-baseline/1", "driftless-baseline/x:aa"]) refuses(text, /begin/);
    for (const text of [good.slice(0, -6), "driftless-baseline/1:", "driftless-baseline/1:aaaa"])
      refuses(text, /unpack/);
    const entry = { uid: "u", live: "l", desired: "d" };
    const bad = [
      {},
      { objects: {} },
      { objects: [["a"]] },
      { objects: [["a", { ...entry, uid: 1 }]] },
      { objects: [["a", { ...entry, more: 1 }]] },
    ];
    for (const value of bad) refuses(pack(value), /unexpected/);
    assert.equal(decodeBaseline(pack({ objects: [["a", entry]] })).objects.size, 1);
  });

  it("is refused when a difference in it is none", () => {
    const bad = [1, null, [], { set: 1, keys: {} }, { items: [-1] }, { items: [[0]] }, { items: [[0, 1]] }];
    for (const rest of [...bad, { keys: { a: 1 } }, { without: [1] }, { more: 1 }]) {
      const entry = { uid: "u", live: "l", desired: "d", rest };
      refuses(pack({ objects: [["a", entry]] }), /unexpected/);
    }
  });
});

const defaults = {
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  securityContext: {},
  imagePullPolicy: "IfNotPresent",
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
  progressDeadlineSeconds: 600,
  revisionHistoryLimit: 10,
};

/** Text without pattern, as uids are. */
function uid(seed: number): string {
  const hex = Array.from({ length: 32 }, (_, at) => (Math.abs(Math.sin(seed * 33 + at) * 1e6) % 16) | 0);
  return hex.map((digit) => digit.toString(16)).join("");
}
