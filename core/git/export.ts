import { lstat, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { isLfsPointer } from "./lfs.ts";
import { followLinks, linkTargets, maxLinks } from "./links.ts";
import { maxEntries } from "./ls-tree.ts";
import { folderOf, joinInside, segmentsOf } from "./path.ts";
import { maxReadBytes, submodule } from "./repository-tree.ts";
import type { SourceTree, TreeEntry } from "./tree.ts";

/** One file of an export. */
export interface ExportedFile {
  /** Where it is written, relative to the folder. */
  readonly path: string;
  /** The file of the tree that it is a copy of; its path differs where a symbolic link led to it. */
  readonly from: TreeEntry;
}

const writesAtOnce = 32;
const maxNameBytes = 255;
const maxPathBytes = 1_024;

/**
 * What `exportTree` would write, without reading a file: all below the given paths, links replaced by what they lead to.
 * The ids of the result are all that the content depends on.
 * @param paths Files and folders from the root of the source.
 * @returns Files sorted by path.
 * @throws PATH_ESCAPE, PATH_NOT_FOUND, SYMLINK_ESCAPE, SUBMODULE_UNSUPPORTED, REPO_LIMIT.
 */
export async function planExport(tree: SourceTree, paths: readonly string[]): Promise<readonly ExportedFile[]> {
  const targets = await linkTargets(tree);
  const files = new Map<string, TreeEntry>();
  let bytes = 0;
  let visited = 0;

  const add = (at: string, entry: TreeEntry, nested: number): void => {
    // Links to folders of links can multiply without a single file.
    if (++visited > maxEntries || bytes > maxReadBytes) throw tooMuch(paths);
    if (entry.kind === "submodule") throw submodule(entry.path);
    if (entry.kind === "symlink") {
      if (nested >= maxLinks) throw cycle(entry.path);
      const target = followLinks(tree, targets, entry.path);
      if (target.kind === "folder" && isWithin(entry.path, target.path)) throw cycle(entry.path);
      add(at, target, nested + 1);
    } else if (entry.kind === "folder") {
      for (const child of tree.list(entry.path)) {
        if (child.kind === "folder") continue;
        add(rebase(child.path, entry.path, at), child, nested);
      }
    } else if (!files.has(at)) {
      checkName(at);
      files.set(at, entry);
      bytes += entry.size;
    }
  };
  for (const path of paths) {
    const at = joinInside(".", path);
    add(at, followLinks(tree, targets, at), 0);
  }
  return [...files].map(([path, from]) => ({ path, from })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Writes files and folders of a commit into a private folder: plain files and executables only, byte for byte as they
 * are in the commit (no filters, no attributes). Nothing that is there already is written to or through.
 * @param folder Absolute path of a folder that only this program writes to.
 * @returns What was written.
 * @throws what `planExport` throws, before anything is written; LFS_UNSUPPORTED.
 */
export async function exportTree(
  tree: SourceTree,
  paths: readonly string[],
  folder: string,
): Promise<readonly ExportedFile[]> {
  const files = await planExport(tree, paths);
  const contents = await tree.read([...new Set(files.map((file) => file.from.path))]);
  for (const { from } of files) if (isLfsPointer(contentOf(contents, from))) throw lfs(from.path);

  const folders = new Set(files.flatMap((file) => ancestors(file.path)));
  for (const path of [...folders].sort()) await makeFolder(join(folder, path));
  const queue = files.values();
  const worker = async (): Promise<void> => {
    for (const { path, from } of queue) {
      // "wx" creates or fails: it never follows a link that is there already.
      const mode = from.kind === "executable" ? 0o700 : 0o600;
      await writeFile(join(folder, path), contentOf(contents, from), { flag: "wx", mode });
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, worker));
  return files;
}

function contentOf(contents: ReadonlyMap<string, Buffer>, entry: TreeEntry): Buffer {
  const content = contents.get(entry.path);
  if (content === undefined) throw new Error(`${entry.path} was not read`);
  return content;
}

/** Parents are made before their children, so each call makes one folder; a link in its place is an error. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(await lstat(path)).isDirectory()) throw error;
  }
}

/** All folders above a path, outermost first. */
function ancestors(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === "." ? [] : [...ancestors(folder), folder];
}

/** The path that `path` gets if folder `from` is put at `to`. */
function rebase(path: string, from: string, to: string): string {
  const below = from === "." ? path : path.slice(from.length + 1);
  return to === "." ? below : `${to}/${below}`;
}

function isWithin(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}

function checkName(path: string): void {
  const segments = segmentsOf(path);
  if (segments.some((segment) => segment === "" || /^(\.|\.\.|\.git)$/i.test(segment))) {
    throw failure("PATH_ESCAPE", `${quote(path)} has a part named "..", "." or ".git".`, "Rename it.", {
      place: { file: path },
    });
  }
  if (Buffer.byteLength(path) > maxPathBytes || segments.some((segment) => Buffer.byteLength(segment) > maxNameBytes)) {
    throw failure(
      "REPO_LIMIT",
      `The path ${quote(path)} is too long; limits are ${maxNameBytes} bytes for a name and ${maxPathBytes} in all.`,
      "Use shorter names.",
      { place: { file: path } },
    );
  }
}

function tooMuch(paths: readonly string[]): Error {
  return failure(
    "REPO_LIMIT",
    `${paths.map(quote).join(", ")} hold more than ${maxEntries} files or ${maxReadBytes >> 20} MiB, links followed.`,
    "Split them, or keep large files elsewhere.",
  );
}

function cycle(link: string): Error {
  return failure(
    "SYMLINK_ESCAPE",
    `The symbolic link ${quote(link)} leads to a folder that it is itself in.`,
    "Point it at a folder that does not hold it.",
    { place: { file: link } },
  );
}

function lfs(path: string): Error {
  return failure(
    "LFS_UNSUPPORTED",
    "The file is a Git LFS pointer: its content is not in the commit.",
    "Commit the file itself (`git lfs untrack`, then add it again).",
    { place: { file: path } },
  );
}
