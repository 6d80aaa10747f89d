import { readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { blockListFile } from "../../core/blocked/list.ts";
import { environmentFile } from "../../core/environment/file.ts";
import { replaceFile } from "../../core/environment/replace-file.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { ProgramError } from "../../core/exec/run.ts";
import { projectGit } from "../../core/git/project-git.ts";
import type { Session } from "../session.ts";

type Place = Pick<Session, "io" | "project">;

/** Texts of the files that a rollback changes, by path in the project; undefined for one that is not there. */
type Texts = ReadonlyMap<string, string | undefined>;

/** What becomes of the files of the project. */
export interface Spared {
  /** Files that were not committed before, and stay as the rollback leaves them. */
  readonly changed: readonly string[];
}

/**
 * Does a rollback in the files of the project, where a run that waits for the bad commit sees it and gives way. Once Git has
 * what was written, which `work` tells by calling `isInGit`, they are put back at the end, as they would be in the way of the
 * `git pull` that brings the same. A file that was not committed before stays as the rollback leaves it, and so does one that
 * somebody has changed meanwhile.
 */
export async function sparingFiles<Result>(
  place: Place,
  environment: string,
  work: (isInGit: () => Promise<Spared>) => Promise<Result>,
): Promise<Result> {
  const files = [environmentFile(environment), blockListFile];
  const changed = await uncommitted(place, files);
  const before = await textsOf(
    place,
    files.filter((file) => !changed.includes(file)),
  );
  let written: Texts = new Map();
  try {
    return await work(async () => {
      written = await textsOf(place, [...before.keys()]);
      return { changed };
    });
  } finally {
    await putBack(place, before, written);
  }
}

/** Files that are not as the commit that is checked out has them; none outside of a repository, where they are all there is. */
export async function uncommitted({ project, io }: Place, files: readonly string[]): Promise<readonly string[]> {
  const git = projectGit(project, { env: io.env, signal: io.signal });
  const isChanged = async (file: string): Promise<boolean> => (await git(["status", "--porcelain", "--", file])) !== "";
  try {
    const changed = await Promise.all(files.map(isChanged));
    return files.filter((_, at) => changed[at]);
  } catch (error) {
    if (error instanceof ProgramError) return [];
    throw error;
  }
}

async function textsOf({ project }: Place, files: readonly string[]): Promise<Texts> {
  const read = (file: string): Promise<string | undefined> =>
    readFile(join(project, file), "utf8").catch(ignore("ENOENT"));
  return new Map(await Promise.all(files.map(async (file) => [file, await read(file)] as const)));
}

async function putBack(place: Place, before: Texts, written: Texts): Promise<void> {
  const now = await textsOf(place, [...written.keys()]);
  for (const [file, text] of written) {
    const old = before.get(file);
    if (now.get(file) !== text || text === old) continue;
    const path = join(place.project, file);
    if (old === undefined) await rm(path, { force: true });
    else if (text === undefined) await writeFile(path, old);
    else await replaceFile(await realpath(path), old);
  }
}
