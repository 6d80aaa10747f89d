import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { judgeGit } from "../../../toolchain/git-version.ts";

describe("judging the installed Git", () => {
  const cases: readonly [string | undefined, string][] = [
    [undefined, "missing"],
    ["2.31.9", "missing"],
    ["2.32.0", "warning"],
    ["2.39.5", "warning"],
    ["2.43.6", "warning"],
    ["2.43.7", "ok"],
    ["2.50.0", "warning"],
    ["2.50.1", "ok"],
    ["2.51.0", "ok"],
    ["3.0.0", "ok"],
  ];
  for (const [version, status] of cases) {
    it(`calls ${version ?? "no Git"} ${status}, with advice unless it is ok`, () => {
      const judgement = judgeGit(version);
      assert.equal(judgement.status, status);
      assert.equal(judgement.note === undefined, status === "ok");
    });
  }
});
