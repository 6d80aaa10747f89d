import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { waitForOlder } from "../../../../automation/engine/older-run.ts";
import { RunLog } from "../../../../automation/engine/run-record.ts";

const [older, newer] = ["1".repeat(40), "2".repeat(40)] as const;

describe("A run of an older pin", function () {
  this.timeout(20_000);
  let project: string;
  before(async () => (project = await mkdtemp(join(tmpdir(), "driftless-"))));
  after(() => rm(project, { recursive: true, force: true }));

  async function wait(log: RunLog, revision: string): Promise<readonly string[]> {
    const lines: string[] = [];
    await waitForOlder(log, revision, { progress: (line) => void lines.push(line) });
    return lines;
  }

  it("is waited for while its engine is at work", async () => {
    const log = new RunLog(project, "dev");
    const engine = spawn("sleep", ["1"]);
    await log.started(await log.begin({ revision: older }), engine.pid ?? 0);
    const start = Date.now();
    const ended = once(engine, "exit");
    assert.deepEqual(await wait(log, newer), ["waiting for the run at 1111111 to end: the pin has moved"]);
    await ended;
    assert.ok(Date.now() - start > 500, "it ended before the engine did");
  });

  it("is not waited for where it is no older one, or is dead", async () => {
    const log = new RunLog(project, "other");
    assert.deepEqual(await wait(log, newer), []);
    const engine = spawn("sleep", ["60"]);
    try {
      await log.started(await log.begin({ revision: newer }), engine.pid ?? 0);
      assert.deepEqual(await wait(log, newer), []);
      await log.started(await log.begin(), engine.pid ?? 0);
      assert.deepEqual(await wait(log, newer), []);
      await log.started(await log.begin({ revision: older }), engine.pid ?? 0);
    } finally {
      engine.kill();
      await once(engine, "exit");
    }
    await sleep(50);
    assert.deepEqual(await wait(log, newer), []);
  });
});
