import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { descendants, parseProcesses, record } from "../../../bench/memory.ts";

const listing = `
    1     0   100 /sbin/init
   10     1  2048 node automation/main.ts up bench
   11    10  4096 /cache/pulumi up --stack bench
   12    11  1024 /cache/pulumi-resource-kubernetes 127.0.0.1:1
   13     1   512 /cache/pulumi preview
`;

describe("bench memory", () => {
  it("reads resident memory in bytes and keeps the whole command line", () => {
    assert.deepEqual(parseProcesses(listing)[1], {
      pid: 10,
      parent: 1,
      bytes: 2048 * 1024,
      command: "node automation/main.ts up bench",
    });
  });

  it("follows a process to its children's children and to nothing else", () => {
    const pids = descendants(parseProcesses(listing), 10).map((process) => process.pid);
    assert.deepEqual(pids, [10, 11, 12]);
  });

  it("keeps the peak of each role and of their sum", () => {
    const peaks: Record<string, number> = { engine: 1, all: 1 };
    record(peaks, descendants(parseProcesses(listing), 10));
    record(peaks, []);
    const kib = 1024;
    assert.deepEqual(peaks, {
      "command line": 2048 * kib,
      engine: 4096 * kib,
      provider: 1024 * kib,
      all: 7168 * kib,
    });
  });
});
