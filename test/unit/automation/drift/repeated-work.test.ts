import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { describe, it } from "mocha";
import { RepeatedWork } from "../../../../automation/drift/repeated-work.ts";

describe("work that is repeated", () => {
  it("is done one at a time, and once more however often it is asked for meanwhile", async () => {
    const begun: (() => void)[] = [];
    const work = new RepeatedWork(() => new Promise((resolve) => begun.push(resolve)), new AbortController().signal);
    for (let times = 0; times < 3; times++) work.ask();
    assert.equal(begun.length, 1);
    begun[0]?.();
    await setImmediate();
    assert.equal(begun.length, 2);
    assert.equal(work.isWorking, true);
    begun[1]?.();
    await setImmediate();
    assert.deepEqual([begun.length, work.isWorking], [2, false]);
    work.ask();
    assert.equal(begun.length, 3);
  });

  it("says what it has thrown, and begins no more once it is to end", async () => {
    const ending = new AbortController();
    let count = 0;
    const work = new RepeatedWork(() => Promise.reject(new Error(`failure ${++count}`)), ending.signal);
    work.throwFailure();
    work.ask();
    await setImmediate();
    assert.throws(() => work.throwFailure(), /failure 1/);
    ending.abort();
    work.ask();
    await setImmediate();
    assert.equal(count, 1);
  });
});
