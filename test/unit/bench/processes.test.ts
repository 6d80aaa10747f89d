import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { descendants, named, parseProcesses, parseTicks, record, sumByRole } from "../../../bench/processes.ts";

const listing = `
    1     0   100     1-00:00:01 /sbin/init
   10     1  2048       01:05:10 node automation/main.ts up bench
   11    10  4096        0:12.50 /cache/pulumi up --stack bench
   12    11  1024       00:00:07 /cache/pulumi-resource-kubernetes 127.0.0.1:1
   13     1   512       00:00:03 /cache/pulumi preview
`;

describe("bench processes", () => {
  it("reads resident memory in bytes and keeps the whole command line", () => {
    assert.deepEqual(parseProcesses(listing)[1], {
      pid: 10,
      parent: 1,
      bytes: 2048 * 1024,
      cpu: 3910,
      command: "node automation/main.ts up bench",
    });
  });

  it("follows a process to its children's children and to nothing else", () => {
    const pids = descendants(parseProcesses(listing), 10).map((process) => process.pid);
    assert.deepEqual(pids, [10, 11, 12]);
  });

  it("adds up the CPU time of each role, as either kind of ps writes it", () => {
    const sums = sumByRole(descendants(parseProcesses(listing), 10), ({ cpu }) => cpu);
    assert.deepEqual(sums, { "command line": 3910, engine: 12.5, provider: 7, all: 3929.5 });
    assert.equal(parseProcesses(listing)[0]?.cpu, 86_401);
  });

  it("reads hundredths of a second where the kernel tells them, whatever the program is called", () => {
    const line = "12 (pulumi (re) x) S 11 12 12 0 -1 4194304 100 0 0 0 130 20 0 0 20 0 9 0 1 2 3";
    assert.equal(parseTicks(line), 150);
    assert.equal(parseTicks("12 (pulumi) S"), undefined);
  });

  it("knows a process by its last command line when it has ended", () => {
    const [before] = parseProcesses("11 10 4096 0:12.50 /cache/pulumi up --stack bench");
    const [after] = parseProcesses("11 10 0 0:13.00 [pulumi] <defunct>");
    assert.ok(before !== undefined && after !== undefined);
    assert.deepEqual(
      sumByRole([named(after, before)], ({ cpu }) => cpu),
      { engine: 13, all: 13 },
    );
    assert.equal(named(after, undefined), after);
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
