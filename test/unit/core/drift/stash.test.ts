import assert from "node:assert/strict";
import { baselineStashName, keptBaseline, plainKey, secretKey, withBaseline } from "../../../../core/drift/stash.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";

describe("the place of a baseline in a state", () => {
  const urn = `urn:pulumi:dev::driftless::driftless:index:Environment$pulumi:index:Stash::${baselineStashName}`;
  const other = { urn: "urn:pulumi:dev::driftless::pulumi:index:Stash::application/web/ready", inputs: { input: {} } };
  const stash = { urn, inputs: { input: {} }, outputs: { input: {}, output: {} } };
  const deployment: JsonObject = { manifest: { version: "1" }, resources: [other, stash] };

  it("is not there before a program has made it", () => {
    for (const missing of [undefined, {}, { resources: [other] }, { resources: [{ ...stash, delete: true }] }]) {
      assert.equal(keptBaseline(missing), undefined);
    }
    assert.deepEqual(withBaseline({ resources: [other] }, { baseline: "b" }), { resources: [other] });
  });

  it("is empty at first", () => assert.deepEqual(keptBaseline(deployment), { baseline: "" }));

  it("gives back what was put in, and leaves everything else as it is", () => {
    const kept = { baseline: "text", key: secretKey("random") };
    const written = withBaseline(deployment, kept);
    assert.deepEqual(keptBaseline(written), kept);
    assert.deepEqual(written, {
      manifest: { version: "1" },
      resources: [other, { ...stash, inputs: { input: kept } }],
    });
  });

  it("holds the key as a secret of the engine, which only an export with secrets shows", () => {
    assert.equal(plainKey(secretKey('a "key"')), 'a "key"');
    const mark = "4dabf18193072939515e22adb298388d";
    assert.equal(plainKey({ [mark]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" }), undefined);
    assert.equal(plainKey(undefined), undefined);
  });
});
