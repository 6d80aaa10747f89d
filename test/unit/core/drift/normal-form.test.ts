import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { normalDesired, normalDigest, normalForm } from "../../../../core/drift/normal-form.ts";
import type { Json } from "../../../../core/manifest/manifest.ts";
import { object } from "../plan/fixture.ts";
import { jsonObject } from "./arbitrary.ts";

const secret = (data: Json, name = "token") => object("v1", "Secret", name, { metadata: { namespace: "shop" }, data });
const dataOf = (data: Json, key = "k", name = "token"): Json | undefined => normalForm(secret(data, name), key)["data"];

describe("normalForm", () => {
  it("leaves out what the cluster writes by itself, and nothing else", () => {
    const live = object("apps/v1", "Deployment", "web", {
      metadata: {
        namespace: "shop",
        labels: { app: "web" },
        finalizers: ["a/b"],
        uid: "u",
        resourceVersion: "7",
        generation: 2,
        creationTimestamp: "2026-01-01T00:00:00Z",
        deletionTimestamp: "2026-01-01T00:00:00Z",
        deletionGracePeriodSeconds: 0,
        selfLink: "/x",
        managedFields: [],
      },
      spec: { uid: "stays", status: "stays" },
      status: { replicas: 1 },
    });
    assert.deepEqual(normalForm(live), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop", labels: { app: "web" }, finalizers: ["a/b"] },
      spec: { uid: "stays", status: "stays" },
    });
  });

  it("holds no value of a Secret, only what tells whether it changed", () => {
    const hidden = dataOf({ password: "aHVudGVyMg==", user: "aHVudGVyMg==" });
    assert.ok(!JSON.stringify(hidden).includes("aHVudGVyMg"));
    assert.deepEqual(hidden, dataOf({ user: "aHVudGVyMg==", password: "aHVudGVyMg==" }));
    assert.notDeepEqual(hidden, dataOf({ password: "b3RoZXI=", user: "aHVudGVyMg==" }));
    // Neither equal values, nor the same value elsewhere or under another key, can be told.
    const hashes = [
      hidden,
      dataOf({ password: "aHVudGVyMg==" }, "k", "other"),
      dataOf({ password: "aHVudGVyMg==" }, "other"),
    ].flatMap((data) => Object.values(data as Record<string, string>));
    assert.equal(new Set(hashes).size, 4);
  });

  it("hides kubectl's copy of a Secret, and of nothing else", () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"aHVudGVyMg=="}}', a: "b" };
    const live = { ...secret({}), metadata: { name: "token", annotations } };
    const text = JSON.stringify(normalForm(live, "k"));
    assert.ok(!text.includes("aHVudGVyMg") && text.includes('"a":"b"'));
    const map = { ...live, kind: "ConfigMap" };
    assert.deepEqual(normalForm(map)["metadata"], map.metadata);
  });

  it("refuses a Secret without the key", () => {
    assert.throws(() => normalForm(secret({})), RangeError);
  });
});

describe("normalDesired", () => {
  it("leaves out what the provider writes and what the engine has encrypted", () => {
    const encrypted = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    const inputs = object("example.com/v1", "Thing", "a", {
      __fieldManager: "driftless",
      spec: { token: encrypted, list: [encrypted, 1], plain: "x" },
    });
    assert.deepEqual(normalDesired(inputs), {
      apiVersion: "example.com/v1",
      kind: "Thing",
      metadata: { name: "a" },
      spec: { list: [1], plain: "x" },
    });
    assert.equal(normalDesired(secret({ a: "b" }))["data"], undefined);
    assert.equal(normalDesired({ ...secret({}), data: encrypted })["data"], undefined);
  });
});

describe("normalDigest", () => {
  it("is the same for the same JSON, whatever the order of its keys", () => {
    fc.assert(
      fc.property(jsonObject, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(normalDigest(value), normalDigest(reversed));
        assert.equal(normalDigest(value).length, 22);
        assert.notEqual(normalDigest({ ...value, another: 1 }), normalDigest({ ...value, another: 2 }));
      }),
    );
  });
});
