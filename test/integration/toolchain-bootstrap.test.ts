import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { findOnPath } from "../../toolchain/find/executable.ts";

const bin = fileURLToPath(new URL("../../bin", import.meta.url));

describe("starting from a fresh clone", function () {
  this.timeout(60_000);
  let clone: string;
  beforeEach(async () => {
    clone = await mkdtemp(join(tmpdir(), "driftless-clone-"));
    await cp(bin, join(clone, "bin"), { recursive: true });
    await write("package.json", { name: "clone", version: "1.0.0", type: "module" });
    await write("package-lock.json", { name: "clone", version: "1.0.0", lockfileVersion: 3, packages: {} });
    await writeFile(
      join(clone, "entry.ts"),
      // What it prints tells the test that it is ready for a signal.
      `const args: string[] = process.argv.slice(2);
       if (args[0] === "wait") { process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); }
       console.log(JSON.stringify({ args, cwd: process.cwd(), major: Number.parseInt(process.versions.node) }));
       if (args[0] === "fail") process.exit(7);`,
    );
  });
  afterEach(() => rm(clone, { recursive: true, force: true }));

  function write(path: string, value: object): Promise<void> {
    return writeFile(join(clone, path), JSON.stringify(value));
  }

  /** Runs the bootstrap from another folder with a Node.js; what it printed. */
  async function bootstrap(
    node: string,
    ...args: readonly string[]
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const { stdout, stderr } = await runProgram({
      file: node,
      args: [join(clone, "bin", "bootstrap.js"), "entry.ts", ...args],
      cwd: tmpdir(),
      env: { ...process.env, npm_execpath: undefined },
      timeoutMs: 50_000,
      maxOutputBytes: 1_000_000,
    });
    return { stdout: stdout.toString("utf8"), stderr };
  }

  /** An installed Node.js that cannot run TypeScript by itself; undefined where there is none. */
  async function oldNode(): Promise<string | undefined> {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const node = await findOnPath("node", folder);
      if (node === undefined) continue;
      const run = { file: node, args: ["--version"], env: {}, timeoutMs: 10_000, maxOutputBytes: 1_000 };
      const version = (await runProgram(run)).stdout.toString("utf8");
      if (/^v2[0-3]\./.test(version)) return node;
    }
    return undefined;
  }

  it("installs what is missing, says so, and passes arguments and folder on", async () => {
    await mkdir(join(clone, "part"));
    await write("part/package.json", { name: "part", version: "1.0.0" });
    const own = { name: "clone", version: "1.0.0", dependencies: { part: "file:part" } };
    await write("package.json", { ...own, type: "module" });
    await write("package-lock.json", {
      ...own,
      lockfileVersion: 3,
      requires: true,
      packages: { "": own, part: { version: "1.0.0" }, "node_modules/part": { resolved: "part", link: true } },
    });

    const first = await bootstrap(process.execPath, "one", "--two");
    assert.match(first.stderr, /installing the locked npm packages/);
    assert.ok((await readdir(join(clone, "node_modules"))).includes("part"));
    const said = JSON.parse(first.stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    assert.deepEqual(said["args"], ["one", "--two"]);
    assert.equal(said["cwd"], tmpdir());

    const second = await bootstrap(process.execPath);
    assert.equal(second.stderr, "");
  });

  it("goes on with Node.js 24 when it was started by an older one", async function () {
    const node = await oldNode();
    if (node === undefined) return this.skip();
    const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}` };
    const run = { args: [join(clone, "bin", "bootstrap.js"), "entry.ts"], timeoutMs: 50_000, maxOutputBytes: 100_000 };
    const { stdout } = await runProgram({ file: node, env, ...run });
    const { major } = JSON.parse(stdout.toString("utf8")) as { readonly major: number };
    assert.ok(major >= 24);
  });

  it("says what to install when there is no Node.js that is new enough", async function () {
    const node = await oldNode();
    if (node === undefined) return this.skip();
    const run = { args: [join(clone, "bin", "bootstrap.js"), "entry.ts"], timeoutMs: 50_000, maxOutputBytes: 100_000 };
    const failure = await runProgram({ file: node, env: { PATH: "/nowhere" }, ...run }).catch(
      (error: unknown) => error,
    );
    assert.ok(failure instanceof ProgramError);
    assert.equal(failure.exitCode, 1);
    assert.match(failure.stderr, /needs Node\.js 24.*\n.*fix: install Node\.js 24/);
  });

  it("ends with the exit code of the entry, and passes a signal on", async () => {
    await assert.rejects(bootstrap(process.execPath, "fail"), { exitCode: 7 });
    const node = (await oldNode()) ?? process.execPath;
    const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}` };
    const child = spawn(node, [join(clone, "bin", "bootstrap.js"), "entry.ts", "wait"], { env });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [9, null]);
  });
});
