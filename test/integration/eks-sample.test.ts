import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { readFolder } from "../../demo/read-folder.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";

const sample = join(repository, "docs", "samples", "eks");

describe("the sample of an environment on EKS", function () {
  this.timeout(120_000);
  let project: TestProject;

  before(async () => {
    project = await createTestProject();
    const revision = await project.commit(await readFolder(join(sample, "config")));
    const text = await readFile(join(sample, "production.yaml"), "utf8");
    const here = text
      .replace("repo: https://git.example.com/platform/config.git", "repo: config.git\n  local: true")
      .replace(/revision: [0-9a-f]{40}/, `revision: ${revision}`);
    await project.write("environments/production.yaml", here);
  });
  after(() => project.remove());

  const run = (...args: readonly string[]): Promise<CommandResult> => driftless(project, toolGroups.render, args);

  it("is valid, with all that it leads to: the schemas of its Kubernetes and the policy of production", async () => {
    const { exitCode, stdout, stderr } = await run("validate", "--all");
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /valid +production/);
    assert.match(stdout, /1\.35/);
  });

  it("is a plan before there is a cluster", async () => {
    const { exitCode, stdout, stderr } = await run("plan", "production");
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^storage {2}add-on$/m);
    for (const name of ["storefront", "invoices"]) {
      assert.match(stdout, new RegExp(`^${name} {2}waits for the add-ons storage$`, "m"));
    }
  });
});
