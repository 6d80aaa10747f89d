import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap } from "../support/sample.ts";

const person = { NAME: "Ada", EMAIL: "ada@example.com" };
const by = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((role) =>
    Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  ),
);

describe("A rollback that is offered for review", function () {
  this.timeout(240_000);
  let project: TestProject;
  let [good, bad] = ["", ""];

  before(async () => {
    project = await createTestProject();
    good = await project.commit({ "web/web.yaml": configMap("web", "1") });
    bad = await project.commit({ "web/web.yaml": configMap("web", "2") });
    await pin(bad);
  });
  after(() => project.remove());

  const pin = (revision: string): Promise<void> =>
    project.write(
      "environments/dev.yaml",
      environmentText(revision, {
        clusters: { eu: { kubeconfig: {} } },
        tenants: "{ shop: { namespaces: [shop] } }",
        applications: "{ web: { tenant: shop, path: web } }",
      }),
    );
  const document = (): Promise<string> => readFile(join(project.folder, "environments", "dev.yaml"), "utf8");
  async function git(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env["PATH"], HOME: project.folder, ...by };
    const run = { file: "git", args, cwd: project.folder, env, timeoutMs: 60_000, maxOutputBytes: 1 << 20 };
    return (await runProgram(run)).stdout.toString("utf8").trim();
  }
  const rollback = (...args: readonly string[]): Promise<CommandResult> => {
    const line = ["rollback", "dev", "--to", good, "--reason", "web fails", "--no-apply", "--yes", ...args];
    return driftless(project, [...toolGroups.render, ...toolGroups.engine], line, { env: by });
  };

  it("needs a project that is a clone, and changes nothing else", async () => {
    const { exitCode, stderr } = await rollback("--review");
    assert.equal(exitCode, 1);
    assert.match(stderr, /^USAGE --review needs a project that is a clone/m);
    assert.match(await document(), new RegExp(bad));
  });

  it("is one commit of both files on a branch of its own, and touches neither index nor branch", async () => {
    await git("init", "--quiet", "--bare", "--initial-branch=main", "control.git");
    await git("init", "--quiet", "--initial-branch=main");
    await git("add", "environments", "Pulumi.yaml");
    await git("commit", "--quiet", "-m", "Start");
    await git("remote", "add", "origin", "control.git");
    await git("push", "--quiet", "origin", "main");
    const { exitCode, stdout, stderr } = await rollback("--review");
    assert.equal(exitCode, 0, stderr + stdout);
    const files = "environments/dev\\.yaml and environments/_blocked\\.yaml are";
    assert.match(
      stdout,
      new RegExp(`^${files} on the branch driftless/rollback/dev of the control repository, for review`, "m"),
    );
    assert.match(stdout, /^The files here are left as they were: git pull once it is merged\.$/m);
    assert.equal(await git("status", "--porcelain", "--", "environments"), "");
    await git("fetch", "--quiet", "origin");
    const branch = "origin/driftless/rollback/dev";
    assert.equal(await git("diff", "--name-only", "main", branch), "environments/_blocked.yaml\nenvironments/dev.yaml");
    assert.match(await git("show", `${branch}:environments/dev.yaml`), new RegExp(good));
    const message = await git("log", "-1", "--format=%B", branch);
    assert.match(message, /^Roll back dev to [0-9a-f]{7}\n\nweb fails\n\n/);
    assert.match(message, /^Driftless-Action: rollback\n.*^Signed-off-by: Ada <ada@example\.com>$/ms);
    assert.equal(await git("rev-parse", "main"), await git("rev-parse", "origin/main"));
    assert.equal(await git("diff", "--cached", "--name-only"), "");
  });

  it("leaves what was not committed as the rollback makes it, and says so", async () => {
    await project.write("environments/dev.yaml", `# mine\n${await document()}`);
    const { exitCode, stdout, stderr } = await rollback("--review");
    assert.equal(exitCode, 0, stderr + stdout);
    assert.match(stdout, /^environments\/dev\.yaml had changes that were not committed, and now says the same/m);
    assert.match(await document(), new RegExp(`^# mine\n[^]*${good}`));
    assert.equal(await git("status", "--porcelain", "--", "environments"), "M environments/dev.yaml");
    await git("checkout", "-q", "environments");
  });

  it("never overwrites what somebody else has put on that branch, and goes back all the same", async () => {
    await git("push", "--quiet", "--force", "origin", "main:driftless/rollback/dev");
    const { exitCode, stdout } = await rollback("--review", "--no-block");
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /the files could not be offered for review: The branch "driftless\/rollback\/dev" of .* has commits that/,
    );
    assert.match(stdout, /Commit these files/);
    assert.match(await document(), new RegExp(good), "nobody else says it");
    assert.equal(
      await git("ls-remote", "origin", "driftless/rollback/dev"),
      `${await git("rev-parse", "main")}\trefs/heads/driftless/rollback/dev`,
    );
  });
});
