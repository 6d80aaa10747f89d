import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatReport } from "../../../bench/table.ts";

describe("bench table", () => {
  const text = formatReport({
    apiVersion: "driftless.dev/v1alpha1",
    kind: "BenchReport",
    machine: { cores: 2, memoryBytes: 24 * 1024 ** 3, cpu: "Example" },
    objects: 100,
    applications: 20,
    phases: [
      { name: "create until healthy", seconds: { driftless: 30, kubectl: 10, flux: 20 } },
      { name: "plan", seconds: { driftless: 1.26 } },
    ],
    parts: [
      { name: "preview", seconds: 4.04 },
      { name: "objects", seconds: 21 },
    ],
    cpu: { all: 31, engine: 12, provider: 19 },
    memory: { driftless: { engine: 200 * 1024 * 1024, all: 300 * 1024 * 1024 } },
  });

  it("writes the ratio of our time to each peer's", () => {
    assert.match(text, /create until healthy +30\.0 +10\.0 +20\.0 +3\.0x +1\.5x/);
  });

  it("leaves out what a peer has no word for", () => {
    assert.match(text, /^plan +1\.3 +- +-$/m);
  });

  it("says where our time went", () => {
    assert.match(text, /^driftless, create until healthy +seconds\n {2}preview +4\.0\n {2}objects +21\.0$/m);
    assert.match(text, /^ {2}all +31\.0\n {2}provider +19\.0\n {2}engine +12\.0$/m);
  });

  it("lists memory, the largest first", () => {
    assert.ok(text.indexOf("300 MiB") < text.indexOf("200 MiB"));
  });
});
