import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";
import type { ErrorCode } from "../../core/errors/codes.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { SourceContext } from "../../core/git/source.ts";
import type { SourceSpec } from "../../core/environment/spec.ts";

/** What a path of a commit holds; a plain string is an ordinary file. */
export type Content = string | { readonly link: string } | { readonly script: string } | { readonly submodule: string };

/** A bare repository beside a project and a cache of its own. */
export class GitRepo {
  readonly root: string;
  readonly folder: string;
  readonly context: SourceContext;
  #commits = 0;

  private constructor(root: string, env: SourceContext["env"]) {
    this.root = root;
    this.folder = join(root, "config.git");
    this.context = { project: root, cache: join(root, "cache"), env };
  }

  static async create(): Promise<GitRepo> {
    const root = await mkdtemp(join(tmpdir(), "driftless-git-"));
    const repo = new GitRepo(root, { PATH: process.env["PATH"], HOME: root });
    await repo.git(["init", "--quiet", "--bare", "--initial-branch=main", repo.folder]);
    return repo;
  }

  /** The source at a commit; the address is relative to the project. */
  source(revision: string): SourceSpec {
    return { repo: "config.git", branch: "main", revision, path: ".", remoteBases: [], local: true };
  }

  /** Makes a commit that holds exactly `files`, and returns its id. */
  async commit(files: Readonly<Record<string, Content>>, ref = "refs/heads/main"): Promise<string> {
    this.#commits += 1;
    const parent = await this.git(["for-each-ref", "--format=%(objectname)", ref]);
    const stream = [
      `commit ${ref}\ncommitter Test <test@example.com> ${1_700_000_000 + this.#commits} +0000\n`,
      data(`Commit ${this.#commits}`),
      parent === "" ? "" : `from ${parent}\n`,
      "deleteall\n",
      ...Object.entries(files).map(([path, content]) => change(path, content)),
    ];
    await this.git(["fast-import", "--quiet", "--force"], stream.join(""));
    return this.git(["rev-parse", ref]);
  }

  /** Runs git on the repository; returns what it wrote, trimmed. */
  async git(args: readonly string[], stdin?: string): Promise<string> {
    const { stdout } = await runProgram({
      file: "git",
      args,
      env: {
        ...this.context.env,
        GIT_DIR: this.folder,
        GIT_CONFIG_NOSYSTEM: "1",
        ...Object.fromEntries(
          ["AUTHOR", "COMMITTER"].flatMap((role) => [
            [`GIT_${role}_NAME`, "Test"],
            [`GIT_${role}_EMAIL`, "test@example.com"],
          ]),
        ),
      },
      stdin,
      timeoutMs: 60_000,
      maxOutputBytes: 64 << 20,
    });
    return stdout.toString("utf8").trim();
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}

/** The error that a promise ends with, which must have this code and tell nothing of the machine. */
export async function failsWith(code: ErrorCode, promise: Promise<unknown>): Promise<DriftlessError> {
  const error = await promise.then(
    () => assert.fail(`${code} was expected, but nothing failed`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof DriftlessError, error instanceof Error ? error.stack : String(error));
  assert.equal(error.code, code, error.message);
  assert.ok(!error.message.includes(tmpdir() + "/"), `an absolute path is shown: ${error.message}`);
  return error;
}

function change(path: string, content: Content): string {
  const name = `"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
  if (typeof content === "string") return `M 100644 inline ${name}\n${data(content)}`;
  if ("link" in content) return `M 120000 inline ${name}\n${data(content.link)}`;
  if ("script" in content) return `M 100755 inline ${name}\n${data(content.script)}`;
  return `M 160000 ${content.submodule} ${name}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
