import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { cleanMessage } from "../../../../core/render/message.ts";

describe("cleanMessage", () => {
  const sandbox = { folder: "/tmp/driftless-render-x" };
  const cases: readonly (readonly [string, string])[] = [
    ["Error: open /tmp/driftless-render-x/source/app/a.yaml: no such file\n", "open app/a.yaml: no such file"],
    ["Error: at '/tmp/driftless-render-x/source'\n\nUse --debug flag to render out invalid YAML\n", "at '.'"],
    ["accumulating resources from 'source/app'", "accumulating resources from 'app'"],
    ["path 'resource/app'", "path 'resource/app'"],
    ["one\ntwo\nthree\nfour\n", "one\ntwo\nthree"],
    ["", ""],
  ];
  for (const [printed, clean] of cases)
    it(`makes ${JSON.stringify(clean)} of ${JSON.stringify(printed)}`, () =>
      assert.equal(cleanMessage(printed, sandbox), clean));

  it("cuts what is too long", () => assert.equal(cleanMessage("x".repeat(10_000), sandbox).length, 601));
});
