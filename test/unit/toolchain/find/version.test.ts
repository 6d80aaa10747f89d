import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { compareVersions, isAccepted, readVersion } from "../../../../toolchain/find/version.ts";

describe("versions of tools", () => {
  const outputs: readonly [string, string | undefined][] = [
    ["v3.250.0\n", "3.250.0"],
    ["v3.22.0+g1234567", "3.22.0"],
    ["git version 2.39.5 (Apple Git-154)", "2.39.5"],
    ["go version go1.26.8 linux/amd64", "1.26.8"],
    ["Client Version: v1.36.3\nKustomize Version: v5.7.1", "1.36.3"],
    ["10.20.30", "10.20.30"],
    ["(devel)", undefined],
    ["", undefined],
  ];
  for (const [output, version] of outputs) {
    it(`reads ${version ?? "nothing"} from ${JSON.stringify(output)}`, () => {
      assert.equal(readVersion(output), version);
    });
  }

  it("compares numbers, not text", () => {
    assert.ok(compareVersions("3.100.0", "3.99.9") > 0);
    assert.ok(compareVersions("2.9.0", "2.30.0") < 0);
    assert.equal(compareVersions("1.2.3", "1.2.3"), 0);
  });

  it("accepts the first version of a range and refuses the first behind it", () => {
    const range = { atLeast: "3.20.2", below: "4.0.0" };
    assert.equal(isAccepted("3.20.2", range), true);
    assert.equal(isAccepted("3.20.1", range), false);
    assert.equal(isAccepted("3.99.0", range), true);
    assert.equal(isAccepted("4.0.0", range), false);
  });
});
