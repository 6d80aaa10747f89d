import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";

const controlCharacter = /[\u0000-\u001f\u007f]/;
const encodedCharacter = /%(2e|2f|5c|0[0-9a-f]|1[0-9a-f]|7f)/i;
const urlScheme = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Joins a path that somebody wrote to a folder of the source, with forward slashes only.
 * @param root Folder that the result must be in, normalized; `.` is the root of the source.
 * @param relative The path as written.
 * @param from Folder that `relative` starts at, normalized, inside `root`. Default: `root`.
 * @returns The normalized path from the root of the source; `.` for the root itself.
 * @throws PATH_ESCAPE for anything that could leave `root`, URL_SCHEME_DENIED for a URL.
 */
export function joinInside(root: string, relative: string, from: string = root): string {
  if (urlScheme.test(relative)) {
    throw failure(
      "URL_SCHEME_DENIED",
      `${quote(relative)} is a URL where a path inside the source is expected.`,
      "Put the file into the config repository and name it by its path there.",
    );
  }
  if (relative === "") throw escape(relative, "is empty");
  if (relative.startsWith("/")) throw escape(relative, "is absolute");
  if (relative.includes("\\")) throw escape(relative, "has a backslash");
  if (controlCharacter.test(relative)) throw escape(relative, "has a control character");
  if (encodedCharacter.test(relative)) throw escape(relative, "has a percent-encoded character");

  const floor = segmentsOf(root).length;
  const result = [...segmentsOf(from)];
  for (const segment of relative.split("/")) {
    if (segment === "") throw escape(relative, "has an empty segment (two slashes, or one at its end)");
    if (segment === ".") continue;
    if (segment !== "..") result.push(segment);
    else if (result.length > floor) result.pop();
    else throw escape(relative, root === "." ? "leads out of the source" : `leads out of ${quote(root)}`);
  }
  return joinSegments(result);
}

/**
 * Joins a path that somebody wrote to a folder of the source; with a slash in front it begins at the root of the source.
 * @throws what `joinInside` throws.
 */
export function joinSource(written: string, from: string): string {
  return written.startsWith("/") ? joinInside(".", written.slice(1)) : joinInside(".", written, from);
}

/** The segments of a normalized path; none for `.`. */
export function segmentsOf(path: string): readonly string[] {
  return path === "." ? [] : path.split("/");
}

/** The normalized path of segments; `.` for none. */
export function joinSegments(segments: readonly string[]): string {
  return segments.length === 0 ? "." : segments.join("/");
}

/** The folder of a normalized path; `.` at the top. */
export function folderOf(path: string): string {
  return joinSegments(segmentsOf(path).slice(0, -1));
}

function escape(path: string, what: string): Error {
  return failure(
    "PATH_ESCAPE",
    `The path ${quote(path)} ${what}.`,
    "Use a path with forward slashes inside the source, such as applications/checkout.",
  );
}
