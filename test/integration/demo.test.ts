import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { repository } from "../support/pulumi-project.ts";
import { projectFiles } from "../unit/rules/project-files.ts";

describe("npm run demo, in a copy of the repository", function () {
  this.timeout(300_000);
  let copy: string;

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), "driftless-demo-"));
    const files = (await projectFiles()).filter((file) => existsSync(join(repository, file)));
    await Promise.all(
      files.map((file) => cp(join(repository, file), join(copy, file), { verbatimSymlinks: true, recursive: true })),
    );
    await symlink(join(repository, "node_modules"), join(copy, "node_modules"));
  });
  after(() => rm(copy, { recursive: true, force: true, maxRetries: 5 }));

  const npm = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await runProgram({
      file: "npm",
      args: ["run", "--silent", ...args],
      cwd: copy,
      env: { ...process.env, DRIFTLESS_DOWNLOAD: "off" },
      timeoutMs: 280_000,
      maxOutputBytes: 1 << 22,
    });
    return stdout.toString("utf8");
  };
  const document = (): Promise<string> => readFile(join(copy, "environments", "dev.yaml"), "utf8");

  it("brings dev up, moves its pin, finds a change by hand and heals it", async () => {
    const output = await npm("demo");
    const inOrder = [
      /dev {2}running {2}Kubernetes/,
      /30 created in/,
      /storefront +healthy +4\/4 healthy/,
      /spec\.replicas: 2 → 3/,
      /1 created, 1 updated, 1 deleted in/,
      /deployment\.apps\/storefront image updated/,
      /fixed-by-hand → registry\.example\.com\/shop\/storefront:1\.5\.0/,
      /1 updated in/,
      /Three commands to try next/,
    ];
    let from = 0;
    for (const pattern of inOrder) {
      const found = output.slice(from).search(pattern);
      assert.notEqual(found, -1, `${pattern.source} is not in order in:\n${output}`);
      from += found;
    }
    assert.ok(!output.includes(copy), "the output names no folder of the machine");
  });

  it("leaves nothing behind but the first pin when it is taken down", async () => {
    assert.match(await document(), /revision: 5d277f9a9d9e01a73bc7f445a098b4b83de93125/);
    await npm("demo", "--", "--down");
    assert.match(await document(), /revision: 762c0c874ea2789f08f291f4c796cf708b01570b/);
    assert.equal(existsSync(join(copy, ".driftless")), false);
    assert.equal(existsSync(join(copy, "stacks", "Pulumi.dev.yaml")), false);
  });
});
