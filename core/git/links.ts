import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { joinInside, joinSegments, segmentsOf } from "./path.ts";
import { notFound, submodule } from "./repository-tree.ts";
import type { SourceTree, TreeEntry } from "./tree.ts";

/** Most symbolic links that are followed on the way to one file. */
export const maxLinks = 10;
const maxTargetBytes = 4_096;

/** Target text of every symbolic link of a tree, by path. */
type LinkTargets = ReadonlyMap<string, Buffer>;

const targetsOf = new WeakMap<SourceTree, Promise<LinkTargets>>();

/**
 * The file or folder that a path leads to, with symbolic links followed inside the tree, of files and of folders.
 * @returns The entry at its real path; never a link.
 * @throws PATH_ESCAPE, PATH_NOT_FOUND; SYMLINK_ESCAPE for a link that is absolute, leaves the tree, leads nowhere, or is
 * one of too many (so a cycle too); SUBMODULE_UNSUPPORTED.
 */
export async function resolveLinks(tree: SourceTree, path: string): Promise<TreeEntry> {
  const wanted = joinInside(".", path);
  const direct = tree.entry(wanted);
  if (direct !== undefined && direct.kind !== "symlink" && direct.kind !== "submodule") return direct;
  return followLinks(tree, await linkTargets(tree), wanted);
}

/** Reads the targets of all links at once, and once for each tree. */
export function linkTargets(tree: SourceTree): Promise<LinkTargets> {
  const known = targetsOf.get(tree);
  if (known !== undefined) return known;
  const links = tree.list(".").filter((entry) => entry.kind === "symlink" && entry.size <= maxTargetBytes);
  const targets =
    links.length === 0 ? Promise.resolve(new Map<string, Buffer>()) : tree.read(links.map((link) => link.path));
  targetsOf.set(tree, targets);
  targets.catch(() => targetsOf.delete(tree));
  return targets;
}

/** `resolveLinks` for a normalized path, with the targets at hand. */
export function followLinks(tree: SourceTree, targets: LinkTargets, path: string): TreeEntry {
  const rest = [...segmentsOf(path)];
  const done: string[] = [];
  let link: string | undefined;
  for (let followed = 0; ;) {
    const segment = rest.shift();
    const current = joinSegments(done);
    if (segment === undefined) {
      const entry = tree.entry(current);
      if (entry === undefined) throw notFound(tree, path);
      return entry;
    }
    if (segment === "..") {
      if (done.pop() === undefined) throw escape(link ?? path, "leads out of the source");
      continue;
    }
    const next = joinSegments([...done, segment]);
    const entry = tree.entry(next);
    if (entry === undefined) throw link === undefined ? notFound(tree, path) : escape(link, "leads nowhere");
    if (entry.kind === "submodule") throw submodule(next);
    if (entry.kind !== "symlink") {
      done.push(segment);
      continue;
    }
    link = next;
    if (++followed > maxLinks) throw escape(path, `needs more than ${maxLinks} links, or leads to itself`);
    rest.unshift(...targetSegments(link, targets.get(link)));
  }
}

function targetSegments(link: string, content: Buffer | undefined): readonly string[] {
  const target = content?.toString("utf8") ?? "";
  if (target === "") throw escape(link, "has no usable target");
  if (target.includes("\0")) throw escape(link, "has a NUL in its target");
  if (target.startsWith("/")) throw escape(link, "is absolute");
  return target.split("/").filter((segment) => segment !== "" && segment !== ".");
}

// The target is not repeated: it may be a path of somebody's machine.
function escape(link: string, what: string): Error {
  return failure(
    "SYMLINK_ESCAPE",
    `The symbolic link ${quote(link)} ${what}.`,
    "Point it at a file or folder of the same commit by a relative path, or put the file itself there.",
    { place: { file: link } },
  );
}
