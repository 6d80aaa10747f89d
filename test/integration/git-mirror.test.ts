import assert from "node:assert/strict";
import { execPath } from "node:process";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { openSource } from "../../core/git/source.ts";
import { failsWith, GitRepo } from "../support/git-repo.ts";

const sourceModule = new URL("../../core/git/source.ts", import.meta.url).href;

describe("The mirror of a repository", () => {
  let repo: GitRepo;
  let revision: string;
  beforeEach(async () => {
    repo = await GitRepo.create();
    revision = await repo.commit({ "a.yaml": "content\n", "b/c.yaml": "more\n" });
  });
  afterEach(() => repo.remove());

  const folders = async (): Promise<string[]> => (await readdir(join(repo.context.cache, "git"))).sort();
  const mirror = async (): Promise<string> => {
    const [name = "", ...others] = await folders();
    assert.deepEqual(others, [], "something is left over beside the mirror");
    return join(repo.context.cache, "git", name);
  };

  /** Opens the source and reads a file in a process of its own; returns `from` and the content. */
  const openElsewhere = async (): Promise<unknown> => {
    const script = `
      const { openSource } = await import(${JSON.stringify(sourceModule)});
      const [source, context] = JSON.parse(process.argv[1]);
      try {
        const { tree, from } = await openSource(source, context);
        console.log(JSON.stringify([from, (await tree.read(["a.yaml"])).get("a.yaml").toString()]));
      } catch (error) {
        console.log(JSON.stringify([error.code ?? String(error.stack), error.message]));
      }`;
    const { stdout } = await runProgram({
      file: execPath,
      args: ["--input-type=module", "-e", script, JSON.stringify([repo.source(revision), repo.context])],
      env: repo.context.env,
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    return JSON.parse(stdout.toString("utf8"));
  };

  it("is made once by several processes at the same time, and leaves nothing beside it", async () => {
    const results = await Promise.all(Array.from({ length: 4 }, openElsewhere));
    for (const result of results) assert.match(JSON.stringify(result), /^\["(fetched|cache)","content\\n"\]$/);
    await mirror();
    assert.deepEqual(await openElsewhere(), ["cache", "content\n"]);
  });

  it("holds no address, no hooks, and a ref for the pin", async () => {
    await openElsewhere();
    const folder = await mirror();
    assert.doesNotMatch(await readFile(join(folder, "config"), "utf8"), /remote|url/);
    await assert.rejects(stat(join(folder, "hooks")), { code: "ENOENT" });
    assert.equal((await readFile(join(folder, "refs/driftless/pins", revision), "utf8")).trim(), revision);
  });

  for (const [what, damage] of [
    ["its HEAD is gone", (folder: string) => rm(join(folder, "HEAD"))],
    ["its configuration is gone", (folder: string) => rm(join(folder, "config"))],
    ["its refs are gone", (folder: string) => rm(join(folder, "refs"), { recursive: true })],
  ] as const) {
    it(`is completed without the network if ${what}`, async () => {
      await openElsewhere();
      await damage(await mirror());
      await rename(repo.folder, `${repo.folder}.away`);
      assert.deepEqual(await openElsewhere(), ["cache", "content\n"]);
      await mirror();
    });
  }

  const packOf = async (folder: string, ending: string): Promise<string> => {
    const packs = join(folder, "objects/pack");
    const name = (await readdir(packs)).find((file) => file.endsWith(ending)) ?? assert.fail("no pack");
    await chmod(join(packs, name), 0o600);
    return join(packs, name);
  };
  for (const [what, damage] of [
    ["HEAD is garbage", (folder: string) => writeFile(join(folder, "HEAD"), "garbage")],
    ["the configuration is garbage", (folder: string) => writeFile(join(folder, "config"), "[[[")],
    ["the objects are gone", (folder: string) => rm(join(folder, "objects"), { recursive: true })],
    ["a pack is cut off", async (folder: string) => truncate(await packOf(folder, ".pack"), 40)],
    ["a pack is overwritten", async (folder: string) => writeFile(await packOf(folder, ".pack"), "x".repeat(500))],
    ["a pack has lost its index", async (folder: string) => rm(await packOf(folder, ".idx"))],
    ["it is an empty folder", async (folder: string) => rm(folder, { recursive: true }).then(() => mkdir(folder))],
    ["it is a file", async (folder: string) => rm(folder, { recursive: true }).then(() => writeFile(folder, ""))],
  ] as const) {
    it(`is made again if ${what}`, async () => {
      await openElsewhere();
      await damage(await mirror());
      const [from, content] = (await openElsewhere()) as [string, string];
      assert.equal(content, "content\n");
      assert.match(from, /fetched|cache/);
      await mirror();
      assert.deepEqual(await openElsewhere(), ["cache", "content\n"]);
    });
  }

  it("is kept if it is damaged and the repository cannot be reached", async () => {
    await openElsewhere();
    const folder = await mirror();
    await truncate(await packOf(folder, ".pack"), 40);
    await rename(repo.folder, `${repo.folder}.away`);
    const [code, message] = (await openElsewhere()) as [string, string];
    assert.equal(code, "GIT_UNREACHABLE", message);
    assert.ok(!message.includes(repo.root), message);
    assert.equal(await mirror(), folder);
    await rename(`${repo.folder}.away`, repo.folder);
    assert.deepEqual(((await openElsewhere()) as string[])[1], "content\n");
  });

  it("fails clearly where the cache cannot be written", async function () {
    if (process.getuid?.() === 0) this.skip();
    await mkdir(repo.context.cache, { mode: 0o500 });
    await failsWith("TOOL_FAILED", openSource(repo.source(revision), repo.context));
  });
});
