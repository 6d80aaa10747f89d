import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { DriftlessError } from "../../core/errors/error.ts";
import { findOnPath } from "../../toolchain/find/executable.ts";
import { inspectToolchain } from "../../toolchain/doctor.ts";
import { ensureTools, findTool, toolPath, type Tool, type ToolContext } from "../../toolchain/toolchain.ts";

/** Enough of the system for the programs that the tests write, and no tool of ours. */
const bareMachine = { PATH: "/bin", DRIFTLESS_DOWNLOAD: "off" };

describe("getting tools", function () {
  this.timeout(180_000);
  let folder: string;
  let lines: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-tools-"));
    lines = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function context(env: Record<string, string | undefined>): ToolContext {
    return { cache: join(folder, "cache"), env, progress: (line) => void lines.push(line) };
  }

  /** A program that prints what it says its version is. */
  async function install(name: string, version: string, where = "installed"): Promise<string> {
    const path = join(folder, where, name);
    await mkdir(join(folder, where), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho ${version}\n`);
    await chmod(path, 0o755);
    return path;
  }

  it("without Go and download fails once, names all that is missing and three ways, and touches nothing", async () => {
    const error = await ensureTools(["pulumi", "helm", "kustomize"], context(bareMachine)).catch(
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DriftlessError);
    assert.equal(error.findings.length, 1);
    assert.equal(error.code, "TOOL_MISSING");
    assert.match(error.message, /Pulumi CLI and engine; Kustomize; Helm/);
    for (const way of [
      /1\. by hand: .*pulumi\.com/,
      /2\. let driftless download/,
      /3\. let driftless build: install Go/,
    ]) {
      assert.match(error.message, way);
    }
    assert.doesNotMatch(error.message, new RegExp(folder));
    assert.deepEqual(await readdir(folder), []);
  });

  it("takes an installed tool that is new enough", async () => {
    const path = await install("helm", "v3.20.2");
    const tool = await findTool("helm", context({ PATH: join(folder, "installed") + ":/bin" }));
    assert.deepEqual(tool, { name: "helm", path, version: "3.20.2", origin: "PATH" });
  });

  for (const [what, version] of [
    ["too old", "v3.19.9"],
    ["a major version that is not checked yet", "v4.1.0"],
    ["unable to tell its version", "hello"],
  ] as const) {
    it(`leaves an installed tool alone that is ${what}`, async () => {
      await install("helm", version);
      assert.equal(await findTool("helm", context({ PATH: join(folder, "installed") + ":/bin" })), undefined);
    });
  }

  it("takes a configured tool before an installed one, and refuses one that cannot be used", async () => {
    await install("helm", "v3.22.0");
    const configured = await install("my-helm", "v3.21.0", "elsewhere");
    const PATH = join(folder, "installed") + ":/bin";
    const tool = await findTool("helm", context({ PATH, DRIFTLESS_HELM: configured }));
    assert.deepEqual(tool, { name: "helm", path: configured, version: "3.21.0", origin: "configured" });

    const absent = context({ PATH, DRIFTLESS_HELM: join(folder, "nowhere") });
    await assert.rejects(findTool("helm", absent), { code: "TOOL_MISSING", message: /DRIFTLESS_HELM/ });
    const old = context({ PATH, DRIFTLESS_HELM: await install("old-helm", "v2.17.0", "elsewhere") });
    await assert.rejects(findTool("helm", old), { code: "TOOL_MISSING", message: /2\.17\.0/ });
  });

  it("takes the official language host beside an official CLI, and the stand-in only without one", async () => {
    await install("pulumi", "v3.250.0");
    const PATH = join(folder, "installed") + ":/bin";
    assert.equal((await findTool("pulumi-language-nodejs", context({ PATH })))?.origin, "bundled");
    const official = await install("pulumi-language-nodejs", "");
    const tool = await findTool("pulumi-language-nodejs", context({ PATH }));
    assert.equal(tool?.path, official);
    assert.equal(tool.origin, "PATH");
  });

  it("does not take the language host of a CLI that is too old", async () => {
    await install("pulumi", "v3.100.0");
    await install("pulumi-language-nodejs", "");
    const tool = await findTool("pulumi-language-nodejs", context({ PATH: join(folder, "installed") + ":/bin" }));
    assert.equal(tool?.origin, "bundled");
  });

  it("finds the provider where Pulumi installs plugins, and leaves it to the engine to find it again", async () => {
    const plugins = join(folder, "home", ".pulumi", "plugins");
    const { default: sdk } = await import("@pulumi/kubernetes/package.json", { with: { type: "json" } });
    const version = sdk.version.replace(/^v/, "");
    await install(
      "pulumi-resource-kubernetes",
      "",
      join("home", ".pulumi", "plugins", `resource-kubernetes-v${version}`),
    );
    const tool = await findTool("pulumi-resource-kubernetes", context({ PATH: "/bin", HOME: join(folder, "home") }));
    assert.ok(tool);
    assert.ok(tool.path.startsWith(plugins));
    assert.equal(tool.origin, "installed");
    assert.equal(tool.version, version);
    assert.equal(toolPath(new Map([[tool.name, tool]]), { PATH: "/bin" }), "/bin");
  });

  it("puts tools in front on PATH, each folder once, and leaves installed ones where they are", () => {
    const tool = (name: Tool["name"], path: string, origin: Tool["origin"]): [Tool["name"], Tool] => [
      name,
      { name, path, version: "1.0.0", origin },
    ];
    const tools = new Map([
      tool("helm", "/cache/helm/bin/helm", "cache"),
      tool("kubectl", "/usr/bin/kubectl", "PATH"),
      tool("control-plane", "/cache/cp/bin/control-plane", "built"),
      tool("kustomize", "/cache/cp/bin/kustomize", "cache"),
    ]);
    assert.equal(toolPath(tools, { PATH: "/bin:/usr/bin" }), "/cache/helm/bin:/cache/cp/bin:/bin:/usr/bin");
  });

  describe("by building", () => {
    let go: Record<string, string | undefined>;
    beforeEach(async function () {
      if ((await findOnPath("go", process.env["PATH"])) === undefined) return this.skip();
      go = { ...process.env, DRIFTLESS_DOWNLOAD: "off", PATH: await pathWithout("kustomize") };
    });

    it("lets two processes that want the same tool build it once; a later run finds it at once", async () => {
      const outputs = await Promise.all([ensureInChild(folder, go), ensureInChild(folder, go)]);
      const all = outputs.join("");
      assert.equal(all.match(/building Kustomize/g)?.length, 1, all);
      assert.equal(all.match(/^kustomize 5\.7\.1$/gm)?.length, 2, all);

      const started = Date.now();
      const tool = (await ensureTools(["kustomize"], context(go))).get("kustomize");
      assert.ok(Date.now() - started < 1_000);
      assert.equal(tool?.origin, "cache");
      assert.deepEqual(lines, []);
      const left = await readdir(join(folder, "cache", "toolchain"));
      assert.deepEqual(
        left.filter((name) => name.startsWith(".")),
        [],
      );
    });

    it("reports a failed build with the compiler's last lines, no path of the machine, and leaves nothing", async () => {
      const broken = { ...go, GOFLAGS: "-mod=mod", GOPROXY: "off", GOMODCACHE: join(folder, "modules") };
      const error = await ensureTools(["kustomize"], context(broken)).catch((reason: unknown) => reason);
      assert.ok(error instanceof DriftlessError);
      assert.equal(error.code, "TOOL_BUILD_FAILED");
      assert.match(error.message, /GOPROXY=off|module lookup disabled/);
      assert.doesNotMatch(error.message, new RegExp(folder));
      assert.deepEqual(await readdir(join(folder, "cache", "toolchain")), []);
    });

    it("stops a build on request", async () => {
      const controller = new AbortController();
      const ctx: ToolContext = {
        ...context({ ...go, GOCACHE: join(folder, "go-cache") }),
        signal: controller.signal,
        progress: () => setTimeout(() => controller.abort(), 300),
      };
      await assert.rejects(ensureTools(["kustomize"], ctx), { code: "INTERRUPTED" });
      assert.deepEqual(await readdir(join(folder, "cache", "toolchain")), []);
    });
  });

  it("is reported by the doctor, with what is missing and how to get it, and the home folder never spelled out", async () => {
    await install("helm", "v3.22.0", join("home", "bin"));
    const home = join(folder, "home");
    const report = await inspectToolchain(context({ ...bareMachine, PATH: join(home, "bin") + ":/bin", HOME: home }));
    const helm = report.entries.find(({ name }) => name === "helm");
    assert.deepEqual(
      { status: helm?.status, path: helm?.path, origin: helm?.origin },
      { status: "ok", path: "~/bin/helm", origin: "PATH" },
    );
    const pulumi = report.entries.find(({ name }) => name === "pulumi");
    assert.equal(pulumi?.status, "missing");
    assert.match(pulumi.note ?? "", /install Pulumi .* or install Go/);
    assert.equal(report.healthy, false);
    assert.doesNotMatch(JSON.stringify(report), new RegExp(home));
  });
});

/** PATH without the folders that hold a command. */
async function pathWithout(command: string): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const holders = await Promise.all(folders.map((entry) => findOnPath(command, entry)));
  return folders.filter((_entry, index) => holders[index] === undefined).join(delimiter);
}

/** Ensures kustomize in a process of its own; everything that it prints. */
function ensureInChild(folder: string, env: Record<string, string | undefined>): Promise<string> {
  const module = fileURLToPath(new URL("../../toolchain/toolchain.ts", import.meta.url));
  const code = `
    const { ensureTools } = await import(${JSON.stringify(module)});
    const ctx = { cache: ${JSON.stringify(join(folder, "cache"))}, env: process.env, progress: console.log };
    const tool = (await ensureTools(["kustomize"], ctx)).get("kustomize");
    console.log(tool.name, tool.version);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}
