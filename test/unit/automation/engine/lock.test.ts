import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { holderState, lockedBy, parseLock, type Lock } from "../../../../automation/engine/lock.ts";

const holder = { pid: 4711, username: "ada", hostname: "build-1", timestamp: "2026-05-01T10:00:00.123456789Z" };
const lock: Lock = { file: "lock.json", holder };
const now = "boot:200";

/** This host, on which process 4711 is what `identity` says. */
function here(identity: string | undefined, host = "build-1") {
  return { host, identity: (pid: number) => Promise.resolve(pid === 4711 ? identity : undefined) };
}

describe("a lock", () => {
  it("is read as the engine writes it", () => {
    assert.deepEqual(parseLock(JSON.stringify(holder)), holder);
    assert.deepEqual(parseLock(JSON.stringify({ ...holder, timestamp: "2026-05-01T10:00:00+02:00" }))?.pid, 4711);
  });

  for (const [what, text] of Object.entries({
    "an empty file": "",
    "bad JSON": '{"pid":12',
    "no object": "[]",
    "no process": JSON.stringify({ ...holder, pid: 0 }),
    "no host": JSON.stringify({ ...holder, hostname: "" }),
  })) {
    it(`has no holder if it is ${what}`, () => assert.equal(parseLock(text), undefined));
  }

  for (const [what, wanted, found] of [
    ["its process is gone", "dead", holderState(lock, undefined, here(undefined))],
    ["its process is there", "alive", holderState(lock, undefined, here(now))],
    ["its process is the one that was noted", "alive", holderState(lock, note("boot:200"), here(now))],
    ["another process has its id now", "dead", holderState(lock, note("boot:100"), here(now))],
    ["it was taken on another host", "unknown", holderState(lock, undefined, here(undefined, "build-2"))],
    ["it names nobody", "unknown", holderState({ file: "lock.json" }, note("boot:100"), here(undefined))],
    ["it is from the future and its process is there", "alive", holderState(future(), undefined, here(now))],
    ["it is from the future and its process is gone", "dead", holderState(future(), undefined, here(undefined))],
  ] as const) {
    it(`has a holder that is ${wanted} if ${what}`, async () => assert.equal(await found, wanted));
  }

  it("is reported with who, where and since when, and with a way out only where one may be needed", () => {
    const alive = lockedBy(lock, "alive", "dev");
    assert.equal(alive.code, "LOCKED");
    const [{ message, fix }] = alive.findings;
    assert.equal(message, `The environment is locked by ada on build-1 (process 4711) since ${holder.timestamp}.`);
    assert.doesNotMatch(fix, /cancel/);
    assert.match(lockedBy(lock, "unknown", "dev").findings[0].fix, /pulumi cancel --yes --stack dev/);
    assert.match(lockedBy({ file: "x" }, "unknown", "dev").message, /does not say by whom/);
  });
});

function note(identity: string) {
  return { run: "a", engine: { pid: 4711, identity } };
}

function future(): Lock {
  return { ...lock, holder: { ...holder, timestamp: "2126-05-01T10:00:00Z" } };
}
