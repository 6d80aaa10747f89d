import { resolve } from "node:path";
import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { ProgramError } from "../exec/run.ts";
import { readBlobs } from "./cat-file.ts";
import { runGit, type ObjectStore } from "./git.ts";
import { maxEntries, parseTree } from "./ls-tree.ts";
import { projectGit, type ProjectGit, type ProjectGitContext } from "./project-git.ts";
import { RepositoryTree } from "./repository-tree.ts";
import { TreeIndex } from "./tree-index.ts";
import type { SourceTree } from "./tree.ts";

/** What CI has to be told to fetch more than the last commit. */
const deepen =
  "Fetch all of its history: `fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` in GitLab CI, `git fetch --unshallow` by hand.";

/** The clone that a folder is in, read by commit: its work tree does not matter. */
export class WorkRepository {
  /** Absolute path of its root. */
  readonly folder: string;
  /** Where the folder is in it, with a slash at the end; empty for the root. */
  readonly prefix: string;
  /** Address of its remote as Git has it, credentials included; undefined if it has none. */
  readonly remote: string | undefined;
  readonly #git: ProjectGit;
  readonly #store: ObjectStore;
  readonly #shallow: boolean;

  private constructor(
    at: Pick<WorkRepository, "folder" | "prefix" | "remote">,
    git: ProjectGit,
    store: ObjectStore,
    shallow: boolean,
  ) {
    this.folder = at.folder;
    this.prefix = at.prefix;
    this.remote = at.remote;
    this.#git = git;
    this.#store = store;
    this.#shallow = shallow;
  }

  /** The clone that a folder is in; undefined if it is in none. */
  static async open(folder: string, context: ProjectGitContext): Promise<WorkRepository | undefined> {
    const git = projectGit(folder, context);
    const asked = ["--show-toplevel", "--absolute-git-dir", "--is-shallow-repository", "--show-prefix"];
    const found = await git(["rev-parse", ...asked]).catch(unlessStarted);
    if (found === undefined) return undefined;
    const [root = "", gitDir = "", shallow = "", prefix = ""] = found.split("\n");
    const remote = await git(["config", "--get", "remote.origin.url"]).catch(unlessStarted);
    return new WorkRepository(
      { folder: resolve(root), prefix, remote: remote === "" ? undefined : remote },
      git,
      { mirror: gitDir, ...context },
      shallow === "true",
    );
  }

  /**
   * The full id of a commit.
   * @param name Whatever Git takes for one.
   * @throws COMMIT_NOT_FOUND
   */
  async commit(name: string): Promise<string> {
    const found = await this.#find(name);
    if (found !== undefined) return found;
    throw failure(
      "COMMIT_NOT_FOUND",
      `This clone has no commit ${quote(name)}${this.#shallow ? ": it is shallow" : ""}.`,
      this.#shallow ? deepen : "Check the name; fetch it if it is a branch of the remote (origin/<branch>).",
    );
  }

  /** The first of some names that there is. */
  async firstCommit(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      const found = await this.#find(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The newest commit that both have: where a branch began.
   * @throws COMMIT_NOT_FOUND
   */
  async mergeBase(one: string, other: string): Promise<string> {
    const found = await this.#git(["merge-base", one, other]).catch(unlessStarted);
    if (found !== undefined && found !== "") return found;
    throw failure(
      "COMMIT_NOT_FOUND",
      `${one.slice(0, 12)} and ${other.slice(0, 12)} have no commit in common${this.#shallow ? " in this clone, which is shallow" : ""}.`,
      this.#shallow ? deepen : "Name a base that the head began at, with --base.",
    );
  }

  /**
   * The files of a commit, from this clone alone.
   * @param revision Full id of a commit that it has.
   * @throws COMMIT_NOT_FOUND if it does not have all of them
   */
  async tree(revision: string): Promise<SourceTree> {
    const store = this.#store;
    const read = <Result>(work: Promise<Result>): Promise<Result> =>
      work.catch((error: unknown) => {
        store.signal?.throwIfAborted();
        throw failure(
          "COMMIT_NOT_FOUND",
          `This clone does not have all files of the commit ${revision.slice(0, 12)}.`,
          "Clone it without --filter, and without --depth.",
          { cause: error },
        );
      });
    const list = (args: readonly string[]) => runGit(store, args, undefined, maxEntries * 512);
    const [root, output] = await read(
      Promise.all([
        list(["rev-parse", "--verify", `${revision}^{tree}`]),
        list(["ls-tree", "-r", "-t", "-l", "-z", "--full-tree", revision]),
      ]),
    );
    const index = new TreeIndex(root.toString("utf8").trim(), parseTree(output));
    return new RepositoryTree(revision, index, (ids, bytes) => read(readBlobs(store, ids, bytes)));
  }

  /** Paths of the work tree that differ from the commit that is checked out, from the root; untracked ones do not count. */
  async changed(): Promise<readonly string[]> {
    const output = await this.#git(["diff", "--name-only", "--no-renames", "-z", "HEAD"]);
    return output.split("\0").filter((path) => path !== "");
  }

  #find(name: string): Promise<string | undefined> {
    return this.#git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).catch(unlessStarted);
  }
}

/** Git said no; whatever else happened is no answer. */
function unlessStarted(error: unknown): undefined {
  if (error instanceof ProgramError && error.reason === "exit") return undefined;
  throw error;
}
