import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { ProgramError } from "../exec/run.ts";
import { signingVariables } from "./signing.ts";
import { runGit, type ObjectStore } from "./git.ts";
import { joinInside } from "./path.ts";
import { gitOutput, gitReason } from "./reason.ts";
import type { Person, Signer } from "./write-identity.ts";

/** What a commit changes: the whole new content by path from the root of the repository; null removes the file. */
export type FileChanges = ReadonlyMap<string, string | Uint8Array | null>;

/** A commit to be made on top of another one. */
export interface NewCommit {
  /** The commit that it follows: full id; the mirror has it. */
  readonly base: string;
  readonly files: FileChanges;
  /** May name the object id of the commit's root folder, which is not known before. */
  readonly message: string | ((tree: string) => string);
  readonly by: Pick<Signer, "author" | "committer" | "settings">;
  readonly sign: boolean;
}

/** A commit that was made; it is in the mirror and nowhere else yet. */
export interface MadeCommit {
  readonly revision: string;
  /** Object id of its root folder: equal ids, equal files. */
  readonly tree: string;
}

const small = 1 << 20;
const none = "0".repeat(40);

/**
 * Makes a commit from changed files, in a mirror: nothing is checked out, and no branch, index or work tree of anybody is
 * touched. Files keep their mode; new ones are plain. Undefined if the files are as they are.
 * @throws PATH_ESCAPE, PATH_NOT_FOUND (removes what is not there, or writes through a link or a submodule), GIT_SIGN_FAILED,
 * TOOL_FAILED.
 */
export async function writeCommit(store: ObjectStore, commit: NewCommit): Promise<MadeCommit | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-index-"));
  try {
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    const tree = await writeTree(store, commit, env);
    const [before] = await lines(store, ["rev-parse", "--verify", `${commit.base}^{tree}`]);
    return tree === before ? undefined : { revision: await commitTree(store, commit, tree), tree };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw failure(
      "TOOL_FAILED",
      `git could not make the commit: ${gitReason(gitOutput(error))}`,
      "Check the space and the permissions of the cache folder and of the folder for temporary files.",
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTree(
  store: ObjectStore,
  { base, files }: NewCommit,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const modes = await modesOf(store, base, [...files.keys()]);
  const entries: string[] = [];
  for (const [path, content] of files) {
    const mode = modes.get(path);
    if (content === null) {
      if (mode === undefined) throw unwritable(path, "is not in the commit, so it cannot be removed");
      entries.push(`0 ${none}\t${path}\0`);
      continue;
    }
    if (mode !== undefined && !mode.startsWith("100")) throw unwritable(path, "is no ordinary file");
    const output = await runGit(store, ["hash-object", "-w", "--stdin"], content, small);
    entries.push(`${mode ?? "100644"} ${output.toString("latin1").trim()}\t${path}\0`);
  }
  await runGit(store, ["read-tree", base], undefined, small, { env });
  await runGit(store, ["update-index", "-z", "--index-info"], entries.join(""), small, { env });
  const [tree = ""] = await lines(store, ["write-tree"], env);
  return tree;
}

/** Modes of those paths that a commit has; a folder on the way that is a link or a file leads nowhere. */
async function modesOf(
  store: ObjectStore,
  base: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  for (const path of paths) {
    if (joinInside(".", path) !== path || /(^|\/)\.git(\/|$)/i.test(path))
      throw unwritable(path, "is no path of a file");
  }
  const folders = paths.flatMap((path) =>
    path
      .split("/")
      .map((_, at, all) => all.slice(0, at).join("/"))
      .slice(1),
  );
  const wanted = [...new Set([...paths, ...folders])];
  if (wanted.length === 0) return new Map();
  const env = { GIT_LITERAL_PATHSPECS: "1" };
  const args = ["ls-tree", "-z", "--full-tree", base, "--", ...wanted];
  const output = await runGit(store, args, undefined, wanted.length * 4_096 + small, { env });
  const rows = output
    .toString("utf8")
    .split("\0")
    .filter((row) => row !== "");
  const modes = new Map(rows.map((row) => [row.slice(row.indexOf("\t") + 1), row.slice(0, 6)]));
  for (const folder of folders) {
    if ((modes.get(folder) ?? "040000") !== "040000") throw unwritable(folder, "is no folder");
  }
  return modes;
}

async function commitTree(store: ObjectStore, commit: NewCommit, tree: string): Promise<string> {
  const { base, message, by, sign } = commit;
  const args = ["commit-tree", tree, "-p", base, ...(sign ? ["-S"] : []), "-F", "-"];
  const env = {
    ...personVariables("AUTHOR", by.author),
    ...personVariables("COMMITTER", by.committer),
    ...(sign ? signingVariables(store.env) : {}),
  };
  try {
    const output = await runGit(store, args, typeof message === "string" ? message : message(tree), small, {
      env,
      user: sign ? by.settings : [],
    });
    return output.toString("latin1").trim();
  } catch (error) {
    if (!sign || !(error instanceof ProgramError) || error.reason !== "exit") throw error;
    throw failure(
      "GIT_SIGN_FAILED",
      `The commit could not be signed: ${gitReason(gitOutput(error))}`,
      "Git is configured to sign commits (commit.gpgsign): make the key and its agent available here, or turn it off for this run with GIT_CONFIG_COUNT.",
      { cause: error },
    );
  }
}

function personVariables(role: "AUTHOR" | "COMMITTER", { name, email }: Person): Record<string, string> {
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: email };
}

async function lines(
  store: ObjectStore,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  return (await runGit(store, args, undefined, small, { env })).toString("utf8").trimEnd().split("\n");
}

function unwritable(path: string, what: string): Error {
  return failure("PATH_NOT_FOUND", `${quote(path)} ${what}.`, "Change the file by hand.", { place: { file: path } });
}
