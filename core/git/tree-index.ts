import type { TreeEntry } from "./tree.ts";

/** All entries of one commit, found by path and by folder. */
export class TreeIndex {
  readonly #sorted: readonly TreeEntry[];
  readonly #byPath: ReadonlyMap<string, TreeEntry>;

  /**
   * @param root Object id of the root folder.
   * @param sorted All entries, sorted by path.
   */
  constructor(root: string, sorted: readonly TreeEntry[]) {
    this.#sorted = sorted;
    this.#byPath = new Map([
      [".", { path: ".", kind: "folder", id: root, size: 0 }],
      ...sorted.map((entry) => [entry.path, entry] as const),
    ]);
  }

  /** The entry at a path; `.` is the root folder. */
  entry(path: string): TreeEntry | undefined {
    return this.#byPath.get(path);
  }

  /** All entries below a folder, at any depth, sorted by path. */
  list(folder: string): readonly TreeEntry[] {
    if (folder === ".") return this.#sorted;
    if (this.entry(folder)?.kind !== "folder") return [];
    // "0" is the character after "/": everything below a folder is one run of the sorted entries.
    return this.#sorted.slice(this.#firstFrom(`${folder}/`), this.#firstFrom(`${folder}0`));
  }

  /** Index of the first entry whose path is not before `path`. */
  #firstFrom(path: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.path ?? "") < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
