import { posix } from "node:path";
import { DriftlessError, failure, throwErrors } from "../../errors/error.ts";
import type { Finding } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { resolveLinks } from "../../git/links.ts";
import { joinSegments, joinSource, segmentsOf } from "../../git/path.ts";
import type { SourceTree } from "../../git/tree.ts";
import { collect, resolveWritten } from "../inputs.ts";
import type { RenderRequest } from "../renderer.ts";

/** Stars in one part of a pattern; matching takes longer with each. */
const maxStars = 4;
const wildcard = /[*?[\]]/;

/**
 * Paths of the values files, in the order in which Helm is to read them. A name with `*`, `?` or `[` that is no file is a
 * pattern; what it matches is sorted by path.
 * @throws PATH_ESCAPE, URL_SCHEME_DENIED, PATH_NOT_FOUND (also for a pattern that matches nothing), SYMLINK_ESCAPE,
 * CONFIG_INVALID: all at once.
 */
export async function valuesFiles({ tree, path, helm }: RenderRequest): Promise<readonly string[]> {
  const findings: Finding[] = [];
  const files: string[] = [];
  for (const [index, written] of helm.values.entries())
    await collect(findings, { file: path, field: `helm.values[${index}]` }, async () => {
      files.push(...(await filesOf(tree, written, joinSource(written, path), helm.ignoreMissingValues === true)));
    });
  throwErrors(findings);
  // A file that a later pattern matches again counts where it stands last, as with Helm.
  return files.filter((file, index) => files.lastIndexOf(file) === index);
}

async function filesOf(
  tree: SourceTree,
  written: string,
  path: string,
  ignoreMissing: boolean,
): Promise<readonly string[]> {
  try {
    if (wildcard.test(path) && tree.entry(path) === undefined) return await matches(tree, written, path);
    const entry = await resolveWritten(tree, path);
    if (entry.kind !== "folder") return [path];
    const fix = `Name a file, or all in it: ${quote(`${written.replace(/\/$/, "")}/*.yaml`)}.`;
    throw failure("CONFIG_INVALID", `${quote(path)} is a folder.`, fix);
  } catch (error) {
    if (ignoreMissing && error instanceof DriftlessError && error.code === "PATH_NOT_FOUND") return [];
    throw error;
  }
}

async function matches(tree: SourceTree, written: string, path: string): Promise<readonly string[]> {
  const segments = segmentsOf(path);
  const first = segments.findIndex((segment) => wildcard.test(segment));
  const pattern = segments.slice(first);
  checkPattern(written, pattern);
  const folder = joinSegments(segments.slice(0, first));
  const real = await resolveWritten(tree, folder);
  if (real.kind !== "folder") throw failure("PATH_NOT_FOUND", `${quote(folder)} is a file.`, "Correct the path.");
  const found: string[] = [];
  for (const entry of tree.list(real.path)) {
    const below = real.path === "." ? entry.path : entry.path.slice(real.path.length + 1);
    if (entry.kind === "folder" || !posix.matchesGlob(below, pattern.join("/"))) continue;
    if ((await resolveLinks(tree, entry.path)).kind === "folder") continue;
    found.push(folder === "." ? below : `${folder}/${below}`);
  }
  if (found.length > 0) return found.sort((left, right) => (left < right ? -1 : 1));
  throw failure(
    "PATH_NOT_FOUND",
    `No file of the commit matches ${quote(path)}.`,
    "Correct the pattern, or allow it to match nothing with `ignoreMissingValues: true`.",
  );
}

/** Only what needs no explanation, and what is quick to match. */
function checkPattern(written: string, pattern: readonly string[]): void {
  const fix = "Use * ? [] and **; list alternatives one by one.";
  if (pattern.some((segment) => /[{}()!]/.test(segment)))
    throw failure("CONFIG_INVALID", `The pattern ${quote(written)} has a brace, parenthesis or exclamation mark.`, fix);
  const tooMany = pattern.some((segment) => segment.split("*").length - 1 > maxStars);
  if (tooMany || pattern.filter((segment) => segment.includes("**")).length > 2)
    throw failure("CONFIG_INVALID", `The pattern ${quote(written)} has too many stars.`, "Make it simpler.");
}
