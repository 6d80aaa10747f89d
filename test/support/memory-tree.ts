import { createHash } from "node:crypto";
import type { SourceTree, TreeEntry } from "../../core/git/tree.ts";

/** What a file of a tree in memory holds: its text, or where a symbolic link leads. */
export type MemoryFile = string | Buffer | { readonly link: string };

/** A commit's tree in memory, for tests that need no Git. */
export function memoryTree(files: Readonly<Record<string, MemoryFile>>): SourceTree {
  const contents = new Map(Object.entries(files).map(([path, file]) => [path, contentOf(file)]));
  const entries = new Map<string, TreeEntry>([[".", entry(".", "folder", Buffer.from(JSON.stringify([...contents])))]]);
  for (const [path, file] of Object.entries(files)) {
    const isLink = typeof file === "object" && "link" in file;
    entries.set(path, entry(path, isLink ? "symlink" : "file", contentOf(file)));
    const segments = path.split("/").slice(0, -1);
    for (let end = 1; end <= segments.length; end += 1) {
      const folder = segments.slice(0, end).join("/");
      entries.set(folder, entry(folder, "folder", Buffer.alloc(0)));
    }
  }
  const sorted = [...entries.values()].filter(({ path }) => path !== ".").sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    revision: "0".repeat(40),
    entry: (path) => entries.get(path),
    list: (folder) => sorted.filter(({ path }) => folder === "." || path.startsWith(`${folder}/`)),
    read: (paths) => {
      const read = paths.map((path) => {
        const content = contents.get(path);
        if (content === undefined) throw new Error(`${path} is not a file of this tree`);
        return [path, content] as const;
      });
      return Promise.resolve(new Map(read));
    },
  };
}

function contentOf(file: MemoryFile): Buffer {
  if (Buffer.isBuffer(file)) return file;
  return Buffer.from(typeof file === "string" ? file : file.link);
}

function entry(path: string, kind: TreeEntry["kind"], content: Buffer): TreeEntry {
  const id = createHash("sha1").update(kind).update(content).digest("hex");
  return { path, kind, id, size: kind === "folder" ? 0 : content.length };
}
