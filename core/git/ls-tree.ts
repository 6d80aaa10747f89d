import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { DamagedMirror } from "./cat-file.ts";
import type { TreeEntry } from "./tree.ts";

/** Most entries (files, folders, links) that a commit may hold. */
export const maxEntries = 100_000;

const kinds: Readonly<Record<string, TreeEntry["kind"]>> = {
  "100644": "file",
  "100664": "file",
  "100755": "executable",
  "120000": "symlink",
  "160000": "submodule",
  "040000": "folder",
};

/**
 * Output of `git ls-tree -r -t -l -z --full-tree`, sorted by path.
 * @throws REPO_LIMIT for too many entries, PATH_ESCAPE for names that no file system could tell apart,
 * {DamagedMirror} if a blob is missing.
 */
export function parseTree(output: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start);
    if (end === -1) throw new DamagedMirror("a tree listing breaks off");
    entries.push(parseEntry(output.toString("utf8", start, end)));
    if (entries.length > maxEntries) throw tooManyEntries();
    start = end + 1;
  }
  entries.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  entries.forEach((entry, index) => {
    if (entry.path !== entries[index + 1]?.path) return;
    throw failure(
      "PATH_ESCAPE",
      `The commit has two entries that read ${quote(entry.path)}.`,
      "Rename one of them; file names must be UTF-8 and unique.",
    );
  });
  return entries;
}

/** The error for a tree that is too large. */
export function tooManyEntries(cause?: unknown): Error {
  return failure(
    "REPO_LIMIT",
    `The commit has more than ${maxEntries} files and folders.`,
    "Keep configuration in a repository of its own.",
    { cause },
  );
}

/** `<mode> <type> <id> <size, or - for a folder>`, tab, path. */
function parseEntry(record: string): TreeEntry {
  const tab = record.indexOf("\t");
  const [mode = "", , id = "", size = ""] = record.slice(0, tab).split(/ +/);
  const kind = kinds[mode];
  if (kind === undefined || tab === -1) throw new DamagedMirror("a tree listing cannot be read");
  const bytes = size === "-" ? 0 : Number(size);
  if (!Number.isInteger(bytes)) throw new DamagedMirror(`object ${id} is missing`);
  return { path: record.slice(tab + 1), kind, id, size: bytes };
}
