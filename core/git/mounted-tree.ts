import type { MountedBase } from "./remote-base.ts";
import type { SourceTree, TreeEntry } from "./tree.ts";

/** A remote base with its files. */
export interface Mount extends MountedBase {
  readonly tree: SourceTree;
}

/** A tree with remote bases in folders of their own. */
export class MountedTree implements SourceTree {
  readonly revision: string;
  readonly bases: readonly MountedBase[];
  readonly #tree: SourceTree;
  readonly #mounts: readonly Mount[];

  constructor(tree: SourceTree, mounts: readonly Mount[]) {
    this.revision = tree.revision;
    this.bases = mounts;
    this.#tree = tree;
    this.#mounts = mounts;
  }

  entry(path: string): TreeEntry | undefined {
    const mount = this.#mountOf(path);
    if (mount !== undefined) return moved(mount.tree.entry(within(mount, path)), mount);
    // The folders above a mount are in no commit.
    const isAbove = this.#mounts.some(({ folder }) => folder.startsWith(`${path}/`));
    return isAbove ? { path, kind: "folder", id: "", size: 0 } : this.#tree.entry(path);
  }

  list(folder: string): readonly TreeEntry[] {
    const mount = this.#mountOf(folder);
    if (mount !== undefined) return listMount(mount, within(mount, folder));
    const below = this.#mounts.filter((each) => folder === "." || each.folder.startsWith(`${folder}/`));
    return [...this.#tree.list(folder), ...below.flatMap((each) => listMount(each, "."))];
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const byMount = Map.groupBy(paths, (path) => this.#mountOf(path));
    const contents = await Promise.all(
      Array.from(byMount, async ([mount, group]): Promise<readonly (readonly [string, Buffer])[]> => {
        if (mount === undefined) return [...(await this.#tree.read(group))];
        const found = await mount.tree.read(group.map((path) => within(mount, path)));
        return group.flatMap((path) => {
          const content = found.get(within(mount, path));
          return content === undefined ? [] : [[path, content] as const];
        });
      }),
    );
    return new Map(contents.flat());
  }

  #mountOf(path: string): Mount | undefined {
    return this.#mounts.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));
  }
}

function within({ folder }: Mount, path: string): string {
  return path === folder ? "." : path.slice(folder.length + 1);
}

function listMount(mount: Mount, folder: string): readonly TreeEntry[] {
  return mount.tree.list(folder).flatMap((entry) => moved(entry, mount) ?? []);
}

function moved(entry: TreeEntry | undefined, { folder }: Mount): TreeEntry | undefined {
  if (entry === undefined) return undefined;
  return { ...entry, path: entry.path === "." ? folder : `${folder}/${entry.path}` };
}
