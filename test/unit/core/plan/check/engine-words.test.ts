import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../../../core/manifest/manifest.ts";
import { checkEngineWords } from "../../../../../core/plan/check/engine-words.ts";

const signature = "4dabf18193072939515e22adb298388d";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function fieldsOf(body: JsonObject): readonly (string | undefined)[] {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, ...body };
  return checkEngineWords(object).map(({ field }) => field);
}

describe("words of the engine in a manifest", () => {
  it("are refused as keys, where they would make the engine read a file", () => {
    const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", path: "/etc/passwd" };
    assert.deepEqual(fieldsOf({ data: asset }), [`data["${signature}"]`]);
    assert.deepEqual(fieldsOf({ list: [{}, { deep: asset }] }), [`list[1].deep["${signature}"]`]);
  });

  it("are refused as values, where they would hide a field from the policy pack", () => {
    assert.deepEqual(fieldsOf({ spec: { containers: [{ image: unknown }] } }), ["spec.containers[0].image"]);
  });

  it("are fine as part of a longer text, or where the engine does not look", () => {
    assert.deepEqual(fieldsOf({ data: { a: `${unknown}.`, b: signature, [unknown]: "c", n: null } }), []);
  });
});
