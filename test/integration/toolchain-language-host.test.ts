import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { findTool, toolGroups, type ToolContext } from "../../toolchain/toolchain.ts";
import { environmentWith, machineCache, testTools } from "../support/toolchain.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

const files: Readonly<Record<string, string>> = {
  "Pulumi.yaml":
    "name: small\nmain: stacks/index.ts\nruntime: { name: nodejs, options: { typescript: false, nodeargs: --stack-trace-limit=7 } }\n",
  "package.json": `{ "name": "small", "version": "1.0.0", "type": "module" }`,
  "stacks/words.ts": "export function greet(word: string): string { return `hello ${word}`; }\n",
  "stacks/index.ts": `
import { Config, Stash, getStack, getProject, runtime } from "@pulumi/pulumi";
import { greet } from "./words.ts";
const config = new Config();
const word = config.get("word") ?? "none";
if (word === "fail") throw new Error("the program says no");
if (word === "exit") process.exit(3);
if (word === "wait") await new Promise((resolve) => setTimeout(resolve, 60_000));
export const greeting = new Stash("greeting", { input: greet(word) }).output;
export const secret = config.getSecret("token");
export const facts = { stack: getStack(), project: getProject(), dryRun: runtime.isDryRun(), limit: Error.stackTraceLimit };
`,
  "pack/PulumiPolicy.yaml": "runtime: nodejs\n",
  "pack/package.json": `{ "name": "small-pack", "version": "1.0.0", "type": "module", "main": "index.js" }`,
  "pack/index.js": `import "./pack.ts";\n`,
  "pack/pack.ts": `
import { PolicyPack } from "@pulumi/policy";
console.error("the pack runs for", process.env["PULUMI_NODEJS_STACK"]);
new PolicyPack("small", {
  policies: [
    {
      name: "no-bad-words",
      description: "Words are good.",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (JSON.stringify(args.props).includes("bad")) report(\`\${args.name} holds a bad word\`);
      },
    },
  ],
});
`,
};

describe("the stand-in language host", function () {
  this.timeout(120_000);
  let project: string;
  let env: Record<string, string | undefined>;
  let standIn = "";

  before(async function () {
    const ctx: ToolContext = { cache: machineCache, env: process.env, progress: () => undefined };
    const host = await findTool("pulumi-language-nodejs", ctx);
    // Where the official host is installed, the stand-in is never used.
    if (host?.origin !== "bundled") return this.skip();
    standIn = host.path;
    project = await mkdtemp(join(tmpdir(), "driftless-host-"));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(project, path, ".."), { recursive: true });
      await writeFile(join(project, path), text);
    }
    await mkdir(join(project, "state"));
    await symlink(join(repository, "node_modules"), join(project, "node_modules"));
    env = {
      ...environmentWith(await testTools(toolGroups.engine)),
      PULUMI_HOME: join(project, "home"),
      PULUMI_BACKEND_URL: `file://${join(project, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_NODEJS_STACK: "from-the-caller",
    };
    await pulumi("stack", "init", "dev");
  });
  after(async () => {
    if (standIn !== "") await rm(project, { recursive: true, force: true });
  });

  /** Runs the CLI; what it printed and its exit code. */
  async function pulumi(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | undefined; readonly text: string }> {
    const run = { args: [...args, "--non-interactive", "--color=never"], timeoutMs: 60_000, maxOutputBytes: 4_000_000 };
    try {
      const { stdout, stderr } = await runProgram({ file: "pulumi", cwd: project, env, ...run });
      return { code: 0, text: stdout.toString("utf8") + stderr };
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      return { code: error.exitCode, text: error.stdout.toString("utf8") + error.stderr };
    }
  }

  it("runs a TypeScript program with its configuration, secrets, options and relative imports", async () => {
    await pulumi("config", "set", "word", "world", "-s", "dev");
    await pulumi("config", "set", "--secret", "token", "hidden-value", "-s", "dev");
    const preview = await pulumi("preview", "-s", "dev");
    assert.equal(preview.code, 0, preview.text);
    assert.match(preview.text, /2 to create/);
    assert.match(preview.text, /dryRun *: true/);

    const up = await pulumi("up", "--yes", "-s", "dev", "--policy-pack", "pack");
    assert.equal(up.code, 0, up.text);
    assert.match(up.text, /small@v1\.0\.0/);
    const outputs: unknown = JSON.parse((await pulumi("stack", "output", "--json", "-s", "dev")).text);
    assert.deepEqual(outputs, {
      greeting: "hello world",
      secret: "[secret]",
      facts: { stack: "dev", project: "small", dryRun: false, limit: 7 },
    });
  });

  it("runs a TypeScript policy pack that stops an update, and passes the caller's environment to it", async () => {
    await pulumi("config", "set", "word", "bad", "-s", "dev");
    const { code, text } = await pulumi("up", "--yes", "--skip-preview", "-s", "dev", "--policy-pack", "pack");
    assert.notEqual(code, 0);
    assert.match(text, /no-bad-words/);
    assert.match(text, /greeting holds a bad word/);
    assert.match(text, /the pack runs for from-the-caller/);
  });

  it("reports a program that throws once, and one that exits with its code", async () => {
    await pulumi("config", "set", "word", "fail", "-s", "dev");
    const thrown = await pulumi("preview", "-s", "dev");
    assert.notEqual(thrown.code, 0);
    assert.match(thrown.text, /the program says no/);
    assert.doesNotMatch(thrown.text, /exit code 32/);

    await pulumi("config", "set", "word", "exit", "-s", "dev");
    const exited = await pulumi("preview", "-s", "dev");
    assert.notEqual(exited.code, 0);
    assert.match(exited.text, /exit code 3/);
  });

  it("reports a policy pack that cannot be loaded", async () => {
    await writeFile(join(project, "pack/index.js"), `import "./absent.ts";\n`);
    const { code, text } = await pulumi("preview", "-s", "dev", "--policy-pack", "pack");
    await writeFile(join(project, "pack/index.js"), `import "./pack.ts";\n`);
    assert.notEqual(code, 0);
    assert.match(text, /absent\.ts/);
  });

  it("leaves no process behind when the engine is killed", async function () {
    if (platform() !== "linux") return this.skip();
    await pulumi("config", "set", "word", "wait", "-s", "dev");
    const args = ["preview", "-s", "dev", "--policy-pack", "pack", "--non-interactive"];
    const engine = spawn("pulumi", args, { cwd: project, env, detached: true, stdio: "ignore" });
    await waitUntil(async () => (await runningHere()).length >= 4, "the program and the pack run");

    engine.kill("SIGKILL");
    await once(engine, "exit");
    await waitUntil(async () => (await runningHere()).length === 0, "everything is gone");
  });

  /** Ids of the processes whose working directory is in the project. */
  async function runningHere(): Promise<readonly number[]> {
    const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    const found = await Promise.all(
      ids.map(async (id) => {
        const text = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
        return text.includes(`PULUMI_HOME=${project}/`) ? [id] : [];
      }),
    );
    return found.flat();
  }
});

async function waitUntil(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(`not in time: ${what}`);
    await sleep(100);
  }
}
