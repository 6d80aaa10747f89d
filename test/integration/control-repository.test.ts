import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { findControlRepository } from "../../automation/promote/control.ts";
import { runProgram } from "../../core/exec/run.ts";

describe("the control repository of a project", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "driftless-control-"));
  });
  after(() => rm(root, { recursive: true, force: true }));

  const env = (): Readonly<Record<string, string | undefined>> => ({ PATH: process.env["PATH"], HOME: root });
  const found = (project: string) =>
    findControlRepository({ project, io: { cache: root, env: env(), signal: new AbortController().signal } });
  const clone = async (name: string, ...settings: readonly (readonly [string, string])[]): Promise<string> => {
    const project = join(root, name);
    await mkdir(project);
    for (const args of [["init", "--quiet", "--initial-branch=main"], ...settings.map((each) => ["config", ...each])]) {
      await runProgram({ file: "git", args, cwd: project, env: env(), timeoutMs: 10_000, maxOutputBytes: 1 << 20 });
    }
    return project;
  };

  it("is none where the project is no clone, or a clone of nothing", async () => {
    assert.equal(await found(root), undefined);
    assert.equal(await found(await clone("alone")), undefined);
  });

  it("is where the clone is from, without the token that CI wrote into its address", async () => {
    const address = "https://gitlab-ci-token:c4nary@git.example.com/shop/control.git";
    const { repo, branch, writer } = (await found(await clone("ci", ["remote.origin.url", address]))) ?? {};
    assert.deepEqual([repo, branch], ["https://git.example.com/shop/control.git", "main"]);
    assert.doesNotMatch(writer?.display ?? "c4nary", /c4nary/);
  });
});
