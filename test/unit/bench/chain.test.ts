import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatChain } from "../../../bench/chain.ts";

describe("the report of a chain", () => {
  const text = formatChain({
    apiVersion: "driftless.dev/v1alpha1",
    kind: "ChainReport",
    applications: 50,
    chainSeconds: 49,
    independentSeconds: 20,
    chainObjectsSeconds: 24.5,
  });

  it("tells what was measured from what is arithmetic with documented defaults", () => {
    assert.match(text, /^driftless up, whole command +49\.0 +1\.00 +measured$/m);
    assert.match(text, /^Flux: only the requeue of dependants +1470\.0 +30\.00 +arithmetic$/m);
    assert.match(text, /^Argo CD: only the delay between waves +98\.0 +2\.00 +arithmetic$/m);
    assert.match(text, /Neither was run here/);
  });
});
