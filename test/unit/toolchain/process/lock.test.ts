import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "mocha";
import { isSameProcess, processIdentity } from "../../../../toolchain/process/identity.ts";
import { withLock } from "../../../../toolchain/process/lock.ts";

describe("locks between processes", () => {
  let folder: string;
  let lock: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-lock-"));
    lock = join(folder, "lock");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("lets one in at a time, tells who waits, and leaves no file", async () => {
    let inside = 0;
    let most = 0;
    let waits = 0;
    const work = async (): Promise<void> => {
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    const onWait = (): void => void waits++;
    await Promise.all([1, 2, 3].map(() => withLock(lock, work, { onWait })));
    assert.equal(most, 1);
    assert.equal(waits, 2);
    assert.deepEqual(await readdir(folder), []);
  });

  it("is given back when the work fails", async () => {
    await assert.rejects(
      withLock(lock, () => Promise.reject(new Error("work failed"))),
      /work failed/,
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it("is taken from an owner that has died", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(lock, `${pid} gone:1`);
    assert.equal(await withLock(lock, () => Promise.resolve("done")), "done");
  });

  it("is taken from another process that got the same id", async () => {
    await writeFile(lock, `${process.pid} another-boot:1`);
    assert.equal(await withLock(lock, () => Promise.resolve("done")), "done");
  });

  it("is taken from an owner that died before it wrote its name", async () => {
    await writeFile(lock, "");
    const before = new Date(Date.now() - 60_000);
    await utimes(lock, before, before);
    assert.equal(await withLock(lock, () => Promise.resolve("done")), "done");
  });

  it("stops waiting on abort", async () => {
    await writeFile(lock, `${process.pid} ${(await processIdentity(process.pid)) ?? ""}`);
    await assert.rejects(
      withLock(lock, () => Promise.resolve(), { signal: AbortSignal.timeout(50) }),
      {
        name: "AbortError",
      },
    );
  });
});

describe("the identity of a process", () => {
  it("is stable for a living one and absent for a dead one", async () => {
    const identity = await processIdentity(process.pid);
    assert.ok(identity);
    assert.equal(await isSameProcess(process.pid, identity), true);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(await processIdentity(pid), undefined);
  });
});
