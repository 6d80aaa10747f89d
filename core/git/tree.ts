import type { MountedBase } from "./remote-base.ts";

/** One entry of a commit's tree, read by commit id; never from a work tree. */
export interface TreeEntry {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly kind: "file" | "executable" | "symlink" | "submodule" | "folder";
  /** Git object id: equal ids mean equal content, of a folder too. */
  readonly id: string;
  /** Bytes; 0 for folders and submodules. */
  readonly size: number;
}

/** The files of one commit. Everything it returns is a function of `revision` alone. */
export interface SourceTree {
  /** The full commit id. */
  readonly revision: string;
  /** Other repositories whose files it holds too, in folders of their own. Default: none. */
  readonly bases?: readonly MountedBase[];
  /** The entry at a path, if there is one. `.` is the root folder. */
  entry(path: string): TreeEntry | undefined;
  /** All entries below a folder, sorted by path, at any depth. */
  list(folder: string): readonly TreeEntry[];
  /** Contents of files by path, read in one go. Symbolic links yield their target text. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

/** A tree and how it was obtained. */
export interface OpenedSource {
  readonly tree: SourceTree;
  /** `cache`: the commit was there and Git was not asked; `fetched`: Git was asked for it. */
  readonly from: "cache" | "fetched";
}
