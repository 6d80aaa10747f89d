import { joinInside, segmentsOf } from "../../git/path.ts";
import type { SourceTree } from "../../git/tree.ts";

/**
 * Folders of a commit that match a pattern, as paths from `root`, sorted. A segment of a pattern may hold one `*`, which
 * stands for any text without a slash; at the start of a segment it does not stand for a leading dot. Links and submodules
 * are no folders.
 * @param root Folder that patterns start at, normalized.
 * @throws PATH_ESCAPE, URL_SCHEME_DENIED for a pattern that leaves the source.
 */
export function matchFolders(
  tree: SourceTree,
  root: string,
  pattern: string,
  exclude: readonly string[],
): readonly string[] {
  const wanted = segmentsOf(joinInside(".", pattern, root));
  const unwanted = exclude.map((each) => segmentsOf(joinInside(".", each, root)));
  const above = segmentsOf(root);
  // Nothing outside the part without `*` can match, so nothing else is looked at.
  const wild = wanted.findIndex((segment) => segment.includes("*"));
  const fixed = wild === -1 ? wanted : wanted.slice(0, wild);
  const folder = fixed.length === 0 ? "." : fixed.join("/");
  const candidates = [tree.entry(folder), ...tree.list(folder)];
  return candidates
    .flatMap((entry) => (entry?.kind === "folder" ? [segmentsOf(entry.path)] : []))
    .filter((segments) => matches(segments, wanted) && !unwanted.some((each) => matches(segments, each)))
    .map((segments) => relative(above, segments));
}

function matches(segments: readonly string[], pattern: readonly string[]): boolean {
  return (
    segments.length === pattern.length && segments.every((segment, index) => matchesSegment(segment, pattern[index]))
  );
}

function matchesSegment(segment: string, pattern = ""): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return segment === pattern;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (before === "" && segment.startsWith(".")) return false;
  return segment.length >= before.length + after.length && segment.startsWith(before) && segment.endsWith(after);
}

/** A path as the document writes it: from a folder that may be beside the path or below it. */
function relative(from: readonly string[], to: readonly string[]): string {
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared += 1;
  const steps = [...from.slice(shared).map(() => ".."), ...to.slice(shared)];
  return steps.length === 0 ? "." : steps.join("/");
}
