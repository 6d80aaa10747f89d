import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, it } from "mocha";
import { exportLines } from "../../../automation/shell.ts";

describe("Exports for a shell", () => {
  it("give a shell exactly the values, whatever they hold", async () => {
    const value = `a b'c"d$(echo no)\`echo no\`\\e\n*`;
    const script = `${exportLines({ FIRST: value, SECOND: "x" })}printf '%s|%s' "$FIRST" "$SECOND"`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    assert.equal(stdout, `${value}|x`);
  });
});
