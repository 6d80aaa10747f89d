import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatDocument } from "../../../../automation/output/json.ts";

describe("JSON documents", () => {
  it("begin with their version and kind", () => {
    assert.equal(
      formatDocument({ kind: "Plan", environment: "dev" }),
      '{\n  "apiVersion": "driftless.dev/v1alpha1",\n  "kind": "Plan",\n  "environment": "dev"\n}\n',
    );
  });

  it("hold no raw control or bidirectional characters, and lose none", () => {
    const name = "a\u001b[31m\u009b\u202eb\n";
    const text = formatDocument({ kind: "Plan", name });
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.equal((JSON.parse(text) as { name: string }).name, name);
  });
});
