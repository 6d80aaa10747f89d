import type { FileChanges } from "../git/write-commit.ts";
import type { SourceTree } from "../git/tree.ts";
import { NotAccepted } from "./subject.ts";

/** Files of a commit, some of them changed; nothing is written anywhere. */
export class EditedFiles {
  readonly tree: SourceTree;
  readonly #changed: Map<string, string | null>;

  constructor(tree: SourceTree, changed: ReadonlyMap<string, string | null> = new Map()) {
    this.tree = tree;
    this.#changed = new Map(changed);
  }

  /** The same files, to be changed further without changing these. */
  fork(): EditedFiles {
    return new EditedFiles(this.tree, this.#changed);
  }

  /** What differs from the commit. */
  get changes(): FileChanges {
    return this.#changed;
  }

  /** True for a file that the repository itself holds, and not through a link or as a part of another one. */
  has(path: string): boolean {
    const known = this.#changed.get(path);
    if (known !== undefined) return known !== null;
    const mounted = this.tree.bases?.some(({ folder }) => path.startsWith(`${folder}/`)) ?? false;
    const kind = this.tree.entry(path)?.kind;
    return !mounted && (kind === "file" || kind === "executable");
  }

  /** Text of a file. @throws {NotAccepted} where it cannot be changed. */
  async read(path: string): Promise<string> {
    const known = this.#changed.get(path);
    if (typeof known === "string") return known;
    if (!this.has(path)) {
      throw new NotAccepted(
        `${path} is no file of its own in the config repository: a link leads to it, or it is in another repository.`,
        "Change it by hand where it is.",
      );
    }
    const content = (await this.tree.read([path])).get(path);
    const text = content?.toString("utf8");
    // What is no text would come back changed.
    if (text === undefined || !content?.equals(Buffer.from(text))) {
      throw new NotAccepted(`${path} is not UTF-8 text.`, "Change it by hand.");
    }
    return text;
  }

  /** What a file says in the commit and now, where it is there. */
  async versions(path: string): Promise<readonly string[]> {
    const now = this.#changed.get(path);
    const before = this.tree.entry(path) === undefined ? undefined : (await this.tree.read([path])).get(path);
    return [...(before === undefined ? [] : [before.toString("utf8")]), ...(typeof now === "string" ? [now] : [])];
  }

  write(path: string, text: string | null): void {
    this.#changed.set(path, text);
  }
}
