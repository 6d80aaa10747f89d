import { mkdir } from "node:fs/promises";
import { runProgram } from "../core/exec/run.ts";

/** One commit to make. Equal commits on equal parents get equal ids, on every machine. */
export interface NewCommit {
  readonly message: string;
  /** Author and committer, as `Name <address>`. */
  readonly author: string;
  /** Seconds since 1970, UTC. */
  readonly seconds: number;
  /** Files that the commit writes, by path; `null` removes a file. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Default: `main`. */
  readonly branch?: string;
}

/** A bare Git repository that is written without a work tree and without anybody's Git configuration. */
export class BareRepo {
  readonly folder: string;
  readonly #path: string | undefined;

  private constructor(folder: string, path: string | undefined) {
    this.folder = folder;
    this.#path = path;
  }

  /**
   * Makes an empty repository with the branch `main`.
   * @param path - `PATH` with git on it
   */
  static async create(folder: string, path: string | undefined): Promise<BareRepo> {
    await mkdir(folder, { recursive: true });
    const repo = new BareRepo(folder, path);
    await repo.#git(["init", "--quiet", "--bare", "--initial-branch=main"]);
    return repo;
  }

  /** Adds a commit to its branch and returns its full id. */
  async commit({ message, author, seconds, files, branch = "main" }: NewCommit): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const parent = await this.#git(["for-each-ref", "--format=%(objectname)", ref]);
    const changes = Object.entries(files).map(([path, text]) =>
      text === null ? `D ${path}` : `M 100644 inline ${path}\n${dataBlock(text)}`,
    );
    const stream = [
      `commit ${ref}`,
      `committer ${author} ${seconds} +0000`,
      dataBlock(message),
      ...(parent === "" ? [] : [`from ${parent}`]),
      ...changes,
      "",
    ];
    await this.#git(["fast-import", "--quiet"], stream.join("\n"));
    return this.#git(["rev-parse", ref]);
  }

  async #git(args: readonly string[], stdin?: string): Promise<string> {
    const { stdout } = await runProgram({
      file: "git",
      args: ["-C", this.folder, ...args],
      env: { PATH: this.#path, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
      stdin,
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    return stdout.toString("utf8").trim();
  }
}

/** Text with its length in front, as `git fast-import` reads it. */
function dataBlock(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
