import { rm } from "node:fs/promises";
import { DriftlessError, failure } from "../errors/error.ts";
import { ProgramError } from "../exec/run.ts";
import { DamagedMirror, objectHeaders, readBlobs } from "./cat-file.ts";
import { fetchCommit, listBranches } from "./fetch.ts";
import { runGit, type ObjectStore } from "./git.ts";
import { maxEntries, parseTree, tooManyEntries } from "./ls-tree.ts";
import { ensureMirror, keepPin, makeMirror, pinRef, replaceMirror } from "./mirror.ts";
import { gitOutput, gitReason } from "./reason.ts";
import { TreeIndex } from "./tree-index.ts";
import type { RepositoryUrl } from "./url.ts";

/** A commit that the mirror holds. */
export interface FoundCommit {
  /** Object id of its root folder. */
  readonly root: string;
  /** True if Git was asked for it just now. */
  readonly fetched: boolean;
}

const listingBytes = maxEntries * 512;

/**
 * One repository through its mirror. What cannot be read from the mirror any more is fetched once more into a new one;
 * the damaged one is given up only when the new one has the commit.
 */
export class Repository {
  readonly #url: RepositoryUrl;
  readonly #store: ObjectStore;

  constructor(url: RepositoryUrl, store: ObjectStore) {
    this.#url = url;
    this.#store = store;
  }

  /** Finds a commit in the mirror; asks the remote only if it is not there. */
  async findCommit(revision: string): Promise<FoundCommit> {
    return this.#mending(revision, async () => {
      await ensureMirror(this.#store);
      const cached = await this.#lookUp(this.#store, revision);
      if (cached !== undefined) return { root: cached, fetched: false };
      await fetchCommit(this.#store, this.#url, revision);
      const root = await this.#lookUp(this.#store, revision);
      if (root === undefined) throw commitNotFound(this.#url, revision, "has no such commit");
      return { root, fetched: true };
    });
  }

  /** All entries of a commit. */
  listTree(revision: string, root: string): Promise<TreeIndex> {
    const args = ["ls-tree", "-r", "-t", "-l", "-z", "--full-tree", revision];
    return this.#mending(revision, async () => {
      const output = await runGit(this.#store, args, undefined, listingBytes).catch((error: unknown) => {
        throw error instanceof ProgramError && error.reason === "output-limit" ? tooManyEntries(error) : error;
      });
      return new TreeIndex(root, parseTree(output));
    });
  }

  /** Contents of files of a commit, by object id. */
  readFiles(revision: string, ids: readonly string[], bytes: number): Promise<ReadonlyMap<string, Buffer>> {
    return this.#mending(revision, () => readBlobs(this.#store, ids, bytes));
  }

  /** Subject, date (ISO 8601) and author of a commit. */
  async describe(revision: string): Promise<{ subject: string; date: string; author: string }> {
    const args = ["log", "-1", "--no-notes", "--format=%s%x00%cI%x00%an", revision];
    const output = await this.#mending(revision, () => runGit(this.#store, args, undefined, 1 << 20));
    const [subject = "", date = "", author = ""] = output.toString("utf8").trimEnd().split("\0");
    return { subject, date, author };
  }

  /** The branches that the remote has now. */
  async branches(): Promise<ReadonlyMap<string, string>> {
    try {
      await ensureMirror(this.#store);
      return await listBranches(this.#store, this.#url);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Id of the commit's root folder; undefined if the mirror does not hold it. */
  async #lookUp(store: ObjectStore, revision: string): Promise<string | undefined> {
    const asked = [revision, `${revision}^{tree}`, pinRef(revision)];
    const [object, root, pin] = await objectHeaders(store, asked);
    if (object === undefined) return undefined;
    if (object.type !== "commit") throw commitNotFound(this.#url, revision, `has it as a ${object.type}, not a commit`);
    if (root === undefined) throw new DamagedMirror(`the tree of ${revision} is missing`);
    if (pin === undefined) await keepPin(store, revision);
    return root.id;
  }

  /** Does something with the mirror; if the mirror turns out to be damaged, makes a new one and does it again. */
  async #mending<T>(revision: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDamage(error)) throw this.#explained(error);
    }
    await this.#replace(revision);
    return work().catch((error: unknown) => {
      throw this.#explained(error);
    });
  }

  /** Makes a new mirror aside and puts it in the place of the damaged one once it has the commit. */
  async #replace(revision: string): Promise<void> {
    const made = { ...this.#store, mirror: await makeMirror(this.#store) };
    try {
      await fetchCommit(made, this.#url, revision);
      if ((await this.#lookUp(made, revision)) === undefined) {
        throw commitNotFound(this.#url, revision, "has no such commit any more, and the cached copy of it is damaged");
      }
      await replaceMirror(made.mirror, this.#store.mirror);
    } catch (error) {
      throw this.#explained(error);
    } finally {
      await rm(made.mirror, { recursive: true, force: true });
    }
  }

  #explained(error: unknown): Error {
    if (error instanceof DriftlessError) return error;
    if (this.#store.signal?.aborted === true) {
      return failure("INTERRUPTED", `Reading ${this.#url.display} was stopped on request.`, "Run it again.", {
        cause: error,
      });
    }
    return failure(
      "TOOL_FAILED",
      `git could not read its copy of ${this.#url.display}: ${gitReason(gitOutput(error))}`,
      "Check the space and the permissions of the cache folder, or remove its folder `git`; it is made again.",
      { cause: error },
    );
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof DamagedMirror || (error instanceof ProgramError && error.reason === "exit");
}

function commitNotFound(url: RepositoryUrl, revision: string, what: string): Error {
  return failure(
    "COMMIT_NOT_FOUND",
    `${url.display} ${what}: ${revision}.`,
    "Check the id, and that the commit was pushed to this repository.",
  );
}
