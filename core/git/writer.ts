import type { SourceSpec } from "../environment/spec.ts";
import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { ProgramError } from "../exec/run.ts";
import { runGit, type ObjectStore } from "./git.ts";
import { mirrorFolder } from "./mirror.ts";
import { pushBranch, type Push } from "./push.ts";
import { checkBranch, checkRevision } from "./ref.ts";
import { Repository } from "./repository.ts";
import type { SourceContext } from "./source.ts";
import { parseRepositoryUrl, type RepositoryUrl } from "./url.ts";
import { requireGit } from "./version.ts";
import { writeCommit, type MadeCommit, type NewCommit } from "./write-commit.ts";
import { readTrailers } from "./write-message.ts";

/** Where a branch is, and what its commit says of itself. */
export interface BranchTip {
  readonly revision: string;
  /** Object id of its root folder. */
  readonly tree: string;
  readonly parents: readonly string[];
  readonly trailers: ReadonlyMap<string, string>;
}

/**
 * Writes to a repository through its mirror: commits on top of known commits, and branches that are moved to them. Nothing
 * is ever checked out.
 */
export class RepositoryWriter {
  readonly #url: RepositoryUrl;
  readonly #store: ObjectStore;
  readonly #repository: Repository;

  /** @throws GIT_URL_INVALID, GIT_URL_DENIED. */
  constructor(source: Pick<SourceSpec, "repo" | "local">, context: SourceContext) {
    this.#url = parseRepositoryUrl(source.repo, source.local, context.project);
    this.#store = { mirror: mirrorFolder(context.cache, this.#url), env: context.env, signal: context.signal };
    this.#repository = new Repository(this.#url, this.#store);
  }

  /** What a person is told of the repository. */
  get display(): string {
    return this.#url.display;
  }

  /**
   * Makes a commit in the mirror; undefined if it would change nothing. It is a secret of this machine until it is pushed.
   * @throws COMMIT_NOT_FOUND for the base, and what `writeCommit` throws.
   */
  async commit(commit: NewCommit): Promise<MadeCommit | undefined> {
    await requireGit(this.#store.env);
    await this.#repository.findCommit(checkRevision(commit.base));
    return writeCommit(this.#store, commit);
  }

  /** Asks the repository for the names of its branches. */
  async branches(): Promise<readonly string[]> {
    await requireGit(this.#store.env);
    return [...(await this.#repository.branches()).keys()];
  }

  /** Asks the repository where a branch is now; undefined if it has none of that name. */
  async tipOf(branch: string): Promise<BranchTip | undefined> {
    await requireGit(this.#store.env);
    const revision = (await this.#repository.branches()).get(checkBranch(branch));
    if (revision === undefined) return undefined;
    await this.#repository.findCommit(checkRevision(revision));
    const format = "--format=%T%x00%P%x00%B";
    const output = await runGit(this.#store, ["log", "-1", "--no-notes", format, revision], undefined, 1 << 20);
    const [tree = "", parents = "", message = ""] = output.toString("utf8").split("\0");
    const ids = parents.split(" ").filter((id) => id !== "");
    return { revision, tree, parents: ids, trailers: readTrailers(message) };
  }

  /**
   * What a commit changes, as `git diff` prints it; cut off at 4 MiB. Both must have been found before.
   * @param hidden Files of which nothing is shown.
   */
  async diff(from: string, to: string, hidden: readonly string[]): Promise<string> {
    const paths = [".", ...hidden.map((path) => `:(top,exclude,literal)${path}`)];
    const options = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"];
    const args = ["diff", ...options, checkRevision(from), checkRevision(to), "--", ...paths];
    try {
      return (await runGit(this.#store, args, undefined, 4 << 20)).toString("utf8");
    } catch (error) {
      if (error instanceof ProgramError && error.reason === "output-limit") return error.stdout.toString("utf8");
      throw error;
    }
  }

  /** True if one commit is the other, or follows it. Both must have been found before. */
  async follows(revision: string, earlier: string): Promise<boolean> {
    const args = ["merge-base", "--is-ancestor", checkRevision(earlier), checkRevision(revision)];
    try {
      await runGit(this.#store, args, undefined, 1 << 20);
      return true;
    } catch (error) {
      if (error instanceof ProgramError && error.exitCode === 1) return false;
      throw error;
    }
  }

  /**
   * Moves a branch to a commit, or makes it there.
   * @param advance True if nothing that the branch has may be lost: then the commit must follow what is expected.
   * @throws GIT_BRANCH_MOVED, GIT_PUSH_DENIED and what reading a repository throws.
   */
  async push(push: Push, { advance }: { readonly advance: boolean }): Promise<void> {
    if (advance && push.expected !== undefined && !(await this.follows(push.revision, push.expected))) {
      throw failure(
        "GIT_BRANCH_MOVED",
        `The branch ${quote(push.branch)} of ${this.#url.display} has commits that the new one does not follow.`,
        "Run it again on top of what the branch is at now.",
      );
    }
    await pushBranch(this.#store, this.#url, push);
  }
}
