import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { folderOf } from "./path.ts";
import type { TreeIndex } from "./tree-index.ts";
import type { SourceTree, TreeEntry } from "./tree.ts";

/** Largest file that is read, in bytes. */
const maxFileBytes = 64 << 20;
/** Most bytes that one read returns. */
export const maxReadBytes = 512 << 20;

/** A tree whose files together have no more bytes is read at once: each read is a process of git. */
const readAheadBytes = 8 << 20;

/** Contents of blobs by id; `bytes` is their total size. */
export type ReadBlobs = (ids: readonly string[], bytes: number) => Promise<ReadonlyMap<string, Buffer>>;

/** The tree of one commit. */
export class RepositoryTree implements SourceTree {
  readonly revision: string;
  readonly #index: TreeIndex;
  readonly #readBlobs: ReadBlobs;
  #ahead: Promise<ReadonlyMap<string, Buffer>> | undefined;

  constructor(revision: string, index: TreeIndex, readBlobs: ReadBlobs) {
    this.revision = revision;
    this.#index = index;
    this.#readBlobs = readBlobs;
  }

  entry(path: string): TreeEntry | undefined {
    return this.#index.entry(path);
  }

  list(folder: string): readonly TreeEntry[] {
    return this.#index.list(folder);
  }

  /** @throws PATH_NOT_FOUND for a path without content, SUBMODULE_UNSUPPORTED, REPO_LIMIT. */
  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const entries = new Map(paths.map((path) => [path, this.#readable(path)]));
    const sizes = new Map([...entries.values()].map((entry) => [entry.id, entry.size]));
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    if (bytes > maxReadBytes) {
      throw failure(
        "REPO_LIMIT",
        `${entries.size} files of ${mebibytes(bytes)} are to be read at once; the limit is ${mebibytes(maxReadBytes)}.`,
        "Keep large files out of the folders that applications use.",
      );
    }
    const contents = await this.#contents(sizes, bytes);
    const result = new Map<string, Buffer>();
    for (const [path, entry] of entries) {
      const content = contents.get(entry.id);
      if (content === undefined) throw new Error(`object ${entry.id} was not returned`);
      result.set(path, content);
    }
    return result;
  }

  async #contents(sizes: ReadonlyMap<string, number>, bytes: number): Promise<ReadonlyMap<string, Buffer>> {
    this.#ahead ??= this.#readAhead();
    const known = await this.#ahead;
    return known.size > 0 ? known : this.#readBlobs([...sizes.keys()], bytes);
  }

  /** All contents of a small tree; none of any other, or where one cannot be read that nobody may ever ask for. */
  async #readAhead(): Promise<ReadonlyMap<string, Buffer>> {
    const files = this.list(".").filter(({ kind }) => kind !== "folder" && kind !== "submodule");
    const sizes = new Map(files.map(({ id, size }) => [id, size]));
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    if (sizes.size === 0 || bytes > readAheadBytes) return new Map();
    return this.#readBlobs([...sizes.keys()], bytes).catch(() => new Map<string, Buffer>());
  }

  #readable(path: string): TreeEntry {
    const entry = this.entry(path);
    if (entry === undefined) throw notFound(this, path);
    if (entry.kind === "folder") {
      throw failure("PATH_NOT_FOUND", `${quote(path)} is a folder where a file is expected.`, "Name a file.", {
        place: { file: path },
      });
    }
    if (entry.kind === "submodule") throw submodule(path);
    if (entry.size > maxFileBytes) {
      throw failure(
        "REPO_LIMIT",
        `The file has ${mebibytes(entry.size)}; the limit is ${mebibytes(maxFileBytes)}.`,
        "Keep large files out of the folders that applications use.",
        { place: { file: path } },
      );
    }
    return entry;
  }
}

/** The error for a path that the commit does not have. */
export function notFound(tree: SourceTree, path: string): Error {
  const folder = folderOf(path);
  const known = tree.entry(folder)?.kind === "folder";
  return failure(
    "PATH_NOT_FOUND",
    `The commit ${tree.revision} has no ${quote(path)}.`,
    known ? `Check the name; its folder ${quote(folder)} exists.` : "Check the path and the revision.",
    { place: { file: path } },
  );
}

/** The error for a submodule on a path that is needed. */
export function submodule(path: string): Error {
  return failure(
    "SUBMODULE_UNSUPPORTED",
    "A submodule is another repository, and only the pinned commit of the source is read.",
    "Copy its files into the config repository, or give it an environment of its own.",
    { place: { file: path } },
  );
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / (1 << 20))} MiB`;
}
