import assert from "node:assert/strict";
import { execPath } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "mocha";
import { ProgramError, runProgram, type ProgramFailure, type ProgramRun } from "../../../../core/exec/run.ts";

const env = { PATH: "/usr/bin:/bin" };
const limits = { env, timeoutMs: 20_000, maxOutputBytes: 1 << 20 };
const sh = (script: string, more: Partial<ProgramRun> = {}) =>
  runProgram({ file: "sh", args: ["-c", script], ...limits, ...more });
const node = (script: string, more: Partial<ProgramRun> = {}) =>
  runProgram({ file: execPath, args: ["-e", script], ...limits, ...more });

async function failureOf(run: Promise<unknown>, reason: ProgramFailure): Promise<ProgramError> {
  const error = await run.then(
    () => assert.fail("the program should have failed"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ProgramError, String(error));
  assert.equal(error.reason, reason);
  return error;
}

const isAlive = async (pid: string): Promise<boolean> => {
  const state = await sh(`ps -o stat= -p ${pid} || true`);
  const stat = state.stdout.toString().trim();
  return stat !== "" && !stat.startsWith("Z");
};

async function assertDies(pid: string): Promise<void> {
  assert.match(pid, /^[0-9]+$/);
  for (let attempt = 0; attempt < 40 && (await isAlive(pid)); attempt++) await sleep(50);
  assert.equal(await isAlive(pid), false, "the grandchild survived");
}

describe("runProgram", () => {
  it("returns standard output byte for byte, final newline included", async () => {
    const { stdout, stderr } = await sh(String.raw`printf '\377\000a\n'; echo problem >&2`);
    assert.deepEqual(stdout, Buffer.from([0xff, 0, 0x61, 0x0a]));
    assert.equal(stderr, "problem\n");
  });

  it("passes exactly the given environment and arguments, with no shell in between", async () => {
    const { stdout } = await runProgram({
      ...limits,
      file: execPath,
      args: ["-e", "console.log(JSON.stringify([process.env, process.argv.slice(1)]))", "$HOME; `id`", "a b"],
      env: { ONLY: "this", LEFT_OUT: undefined },
    });
    assert.deepEqual(JSON.parse(stdout.toString()), [{ ONLY: "this" }, ["$HOME; `id`", "a b"]]);
  });

  it("feeds large standard input and gives end of file where there is none", async () => {
    const input = "x".repeat(900_000);
    assert.equal((await runProgram({ ...limits, file: "cat", args: [], stdin: input })).stdout.toString(), input);
    assert.equal((await runProgram({ ...limits, file: "cat", args: [] })).stdout.length, 0);
  });

  it("survives a program that does not read its input", async () => {
    await sh("exit 0", { stdin: "x".repeat(5_000_000) });
  });

  it("reports an exit code with what was written", async () => {
    const error = await failureOf(sh("echo out; echo err >&2; exit 3"), "exit");
    assert.equal(error.exitCode, 3);
    assert.equal(error.stdout.toString(), "out\n");
    assert.equal(error.stderr, "err\n");
    assert.equal(error.message, "sh ended with exit code 3");
  });

  it("reports a program that cannot be started without naming its path", async () => {
    const error = await failureOf(runProgram({ ...limits, file: "/nowhere/at/all", args: [] }), "not-found");
    assert.equal(error.message, "all could not be started");
  });

  it("kills a program that ignores SIGTERM, and its children, when time is up", async () => {
    const started = Date.now();
    const error = await failureOf(sh("trap '' TERM; sleep 60 & echo $!; sleep 60", { timeoutMs: 300 }), "timeout");
    assert.ok(Date.now() - started < 5_000);
    await assertDies(error.stdout.toString().trim());
  });

  it("stops the whole group on abort", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const error = await failureOf(sh("sleep 60 & echo $!; wait", { signal: controller.signal }), "aborted");
    await assertDies(error.stdout.toString().trim());
  });

  it("starts nothing when the signal is aborted already", async () => {
    await failureOf(sh("exit 0", { signal: AbortSignal.abort() }), "aborted");
  });

  it("does not wait for a child that outlives the program, and ends it", async () => {
    const started = Date.now();
    const { stdout } = await sh("sleep 60 & echo $!");
    assert.ok(Date.now() - started < 5_000);
    await assertDies(stdout.toString().trim());
  });

  it("stops a program that writes too much", async () => {
    const error = await failureOf(sh("sleep 60 & echo $!; yes", { maxOutputBytes: 10_000 }), "output-limit");
    assert.ok(error.stdout.length <= 10_000);
    await assertDies(error.stdout.toString().split("\n")[0] ?? "");
  });

  it("stops a program that uses too much memory", async function () {
    if (process.platform !== "linux") this.skip();
    const hog = "const all = []; setInterval(() => all.push(Buffer.alloc(8 << 20, 1)), 5)";
    const error = await failureOf(node(hog, { maxMemoryBytes: 200 << 20 }), "memory-limit");
    assert.equal(error.exitCode, undefined);
  });
});
