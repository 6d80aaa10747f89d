import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { splitUpdate } from "../../../bench/split.ts";

describe("the time of an update", () => {
  it("is split where the command says what it begins with", () => {
    const lines = [
      { at: 0.5, text: "source  config.git @ 4f6c1a2  (fetched)" },
      { at: 1, text: "previewing bench" },
      { at: 4, text: "updating bench" },
      { at: 6, text: "1/3  create Namespace shop" },
      { at: 7, text: "waiting for application web" },
      { at: 9, text: "3/3  create Deployment shop/web" },
    ];
    assert.deepEqual(splitUpdate(lines, 10), [
      { name: "plan", seconds: 1 },
      { name: "preview", seconds: 3 },
      { name: "start of the update", seconds: 2 },
      { name: "objects, and waiting for health", seconds: 3 },
      { name: "state, and the end of the processes", seconds: 1 },
    ]);
  });

  it("has no part that did not happen", () => {
    assert.deepEqual(splitUpdate([{ at: 1, text: "previewing bench" }], 4), [
      { name: "plan", seconds: 1 },
      { name: "preview", seconds: 3 },
    ]);
    assert.deepEqual(splitUpdate([], 2), [{ name: "plan", seconds: 2 }]);
  });
});
