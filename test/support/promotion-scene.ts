import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "./command-line.ts";
import { startGitea, type Gitea } from "./gitea.ts";
import { startTestCluster, type TestCluster } from "./local-cluster.ts";
import { createTestProject, type TestProject } from "./pulumi-project.ts";

type Files = Readonly<Record<string, string>>;

/**
 * Two environments of one project, whose documents and manifests are in two repositories of a real Gitea: `staging` on a real
 * cluster, and `production`, which is never applied.
 */
export class PromotionScene {
  readonly gitea: Gitea;
  readonly #cluster: TestCluster | undefined;
  readonly #project: TestProject;
  readonly #clone: string;

  private constructor(gitea: Gitea, cluster: TestCluster | undefined, project: TestProject, clone: string) {
    this.gitea = gitea;
    this.#cluster = cluster;
    this.#project = project;
    this.#clone = clone;
  }

  /** Without `cluster` nothing can be applied. */
  static async start({ cluster: withCluster = true } = {}): Promise<PromotionScene> {
    const gitea = await startGitea();
    const cluster = withCluster ? await startTestCluster("promote") : undefined;
    const clone = await mkdtemp(join(tmpdir(), "driftless-clone-"));
    const scene = new PromotionScene(gitea, cluster, await createTestProject(), clone);
    for (const name of ["config", "control"]) {
      await gitea.api("POST", "/user/repos", { name, default_branch: "main" });
    }
    await scene.#init(clone, "config");
    await scene.#project.write(".gitignore", "/*\n!/.gitignore\n!/environments/\n");
    await scene.#init(scene.#project.folder, "control");
    return scene;
  }

  async remove(): Promise<void> {
    await this.gitea.stop();
    await this.#project.remove();
    await this.#cluster?.remove();
    await rm(this.#clone, { recursive: true, force: true });
  }

  /** Address of the config repository. */
  get config(): string {
    return `${this.gitea.url}/platform/config.git`;
  }

  /** Folder of the clone of a repository; that of `control` is the project. */
  folder(repo: "config" | "control"): string {
    return this.#folder(repo);
  }

  /** Commits files to `main` of the config repository, on top of what is there; returns the commit's id. */
  async commit(files: Files): Promise<string> {
    await this.git(this.#clone, "pull", "--quiet", "--rebase", "origin", "main").catch(() => undefined);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.#clone, path)), { recursive: true });
      await writeFile(join(this.#clone, path), text);
    }
    return this.#push(this.#clone);
  }

  /** Writes documents and pushes them. */
  async document(files: Files): Promise<void> {
    for (const [name, text] of Object.entries(files)) await this.#project.write(`environments/${name}.yaml`, text);
    await this.#push(this.#project.folder);
  }

  /** Brings the project to what its repository has. */
  async pull(): Promise<void> {
    await this.git(this.#project.folder, "pull", "--quiet", "origin", "main");
  }

  /** The document of an environment as it is in the project. */
  read(name: string): Promise<string> {
    return readFile(join(this.#project.folder, "environments", `${name}.yaml`), "utf8");
  }

  /** A file of a branch of a repository, byte by byte. */
  async file(repo: string, branch: string, path: string): Promise<string> {
    await this.#fetch(repo, branch);
    return this.git(this.#folder(repo), "show", `FETCH_HEAD:${path}`);
  }

  /** What git says of the last commit of a branch. */
  async log(repo: string, branch: string, format = "%B"): Promise<string> {
    await this.#fetch(repo, branch);
    return this.git(this.#folder(repo), "log", "-1", `--format=${format}`, "FETCH_HEAD");
  }

  /** Puts a commit of somebody else on a branch, and nothing of what was there. */
  async overwrite(repo: string, branch: string): Promise<void> {
    const folder = this.#folder(repo);
    const id = await this.git(folder, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "Somebody else");
    await this.git(folder, "push", "--quiet", "--force", "origin", `${id.trim()}:refs/heads/${branch}`);
  }

  /** Runs the command line, however it ends. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    const result = await driftless(this.#project, [...toolGroups.render, ...toolGroups.engine], args, {
      env: { ...this.#env, ...env },
    });
    const printed = result.stdout + result.stderr;
    assert.ok(!printed.includes(this.gitea.token), "the token is printed");
    assert.doesNotMatch(printed, /\n\s+at |INTERNAL|ENGINE_FAILED|\/tmp\//);
    return result;
  }

  /** Runs a command that must succeed; returns what it printed. */
  async must(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  }

  /** Runs kubectl on the cluster. */
  async kubectl(...args: readonly string[]): Promise<string> {
    return this.#cluster?.kubectl(...args) ?? "";
  }

  /** Runs git in a folder. */
  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const who = Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((role) => [
        [`GIT_${role}_NAME`, "Test"],
        [`GIT_${role}_EMAIL`, "test@example.com"],
      ]),
    );
    const env = { PATH: process.env["PATH"], HOME: this.#clone, ...this.gitea.gitEnv, ...who };
    const run = { file: "git", args, cwd: folder, env, timeoutMs: 60_000, maxOutputBytes: 1 << 20 };
    return (await runProgram(run)).stdout.toString("utf8");
  }

  get #env(): Readonly<Record<string, string>> {
    return {
      ...this.gitea.gitEnv,
      KUBECONFIG: this.#cluster?.kubeconfig ?? "",
      GITEA_TOKEN: this.gitea.token,
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
    };
  }

  #folder(repo: string): string {
    return repo === "config" ? this.#clone : this.#project.folder;
  }

  async #fetch(repo: string, branch: string): Promise<void> {
    await this.git(this.#folder(repo), "fetch", "--quiet", "origin", `+refs/heads/${branch}`);
  }

  async #init(folder: string, name: string): Promise<void> {
    await this.git(folder, "init", "--quiet", "--initial-branch=main");
    await this.git(folder, "remote", "add", "origin", `${this.gitea.url}/platform/${name}.git`);
  }

  async #push(folder: string): Promise<string> {
    await this.git(folder, "add", "--all");
    await this.git(folder, "commit", "--quiet", "--allow-empty", "--message", "Change");
    await this.git(folder, "push", "--quiet", "--set-upstream", "origin", "HEAD:refs/heads/main");
    return (await this.git(folder, "rev-parse", "HEAD")).trim();
  }
}
