import { lstat, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { environmentsFolder } from "../../core/environment/file.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { exportTree } from "../../core/git/export.ts";
import { joinInside } from "../../core/git/path.ts";
import type { SourceTree } from "../../core/git/tree.ts";
import type { WorkRepository } from "../../core/git/work-repository.ts";

/** A project at a commit of its repository. */
export interface SideInput {
  /** Absolute path of the project, which is checked out at `current`. */
  readonly project: string;
  readonly repository: Pick<WorkRepository, "prefix">;
  readonly current: SourceTree;
  /** Paths that differ in the work tree, from the root of the repository. */
  readonly changed: readonly string[];
  readonly tree: SourceTree;
  /** Absolute path of a folder that is there and empty. */
  readonly folder: string;
}

/** Always from the commit: an untracked document is none of it. */
const always: ReadonlySet<string> = new Set([environmentsFolder, "Pulumi.yaml"]);

/**
 * Writes out what a commit has of a project: its documents, and what differs from the work tree. All else is a link to what
 * is there, such as packages, which no commit has, and packs that are the same.
 * @throws what `exportTree` throws.
 */
export async function writeSide({ project, repository, current, changed, tree, folder }: SideInput): Promise<void> {
  const { prefix } = repository;
  const own = new Set([...(await readdir(project)), ...childrenOf(tree, prefix)]);
  own.delete(".git");
  const exported: string[] = [];
  for (const name of own) {
    const path = `${prefix}${name}`;
    const entry = tree.entry(path);
    const known = current.entry(path);
    const isTouched = changed.some((each) => each === path || each.startsWith(`${path}/`));
    if (entry !== undefined && (always.has(name) || entry.id !== known?.id || isTouched)) exported.push(path);
    else if (entry !== undefined || known === undefined) await link(join(project, name), join(folder, name));
  }
  const target = prefix === "" ? folder : join(folder, ".export");
  if (prefix !== "") await mkdir(target, { mode: 0o700 });
  for (const path of exported) {
    await exportTree(tree, [joinInside(".", path)], target).catch((error: unknown) => {
      // What a pack needs of it will be missing, and say so; most of a project is nothing to a plan.
      if (!(error instanceof DriftlessError) || always.has(path.slice(prefix.length))) throw error;
    });
    if (prefix !== "") await link(join(target, path), join(folder, path.slice(prefix.length)));
  }
}

/** Names of what a folder of a tree holds. */
function childrenOf(tree: SourceTree, prefix: string): readonly string[] {
  const folder = prefix === "" ? "." : prefix.slice(0, -1);
  return tree.list(folder).flatMap(({ path }) => {
    const name = path.slice(prefix.length);
    return name.includes("/") ? [] : [name];
  });
}

async function link(target: string, path: string): Promise<void> {
  const isThere = await lstat(target).then(
    () => true,
    () => false,
  );
  if (isThere) await symlink(target, path);
}
