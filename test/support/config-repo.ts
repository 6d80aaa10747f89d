import { mkdir } from "node:fs/promises";
import { runProgram } from "../../core/exec/run.ts";

/** Files that one commit writes, by path; `null` removes a file. */
export type Commit = Readonly<Record<string, string | null>>;

const env = { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };

function git(folder: string, args: readonly string[], stdin?: string): Promise<string> {
  const run = { file: "git", args: ["-C", folder, ...args], env, stdin, timeoutMs: 30_000, maxOutputBytes: 1_000_000 };
  return runProgram(run).then((output) => output.stdout.toString("utf8").trim());
}

/** Makes an empty bare repository with the branch `main`. */
export async function createConfigRepo(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await git(folder, ["init", "--quiet", "--bare", "--initial-branch=main"]);
}

/** Adds a commit to a branch of a bare repository and returns its full id. Equal histories get equal ids. */
export async function commitFiles(folder: string, files: Commit, branch = "main"): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const count = Number(await git(folder, ["rev-list", "--count", "--all"]));
  const parent = await git(folder, ["for-each-ref", "--format=%(objectname)", ref]);
  const lines = [
    `commit ${ref}`,
    `committer Test <test@example.com> ${1_700_000_000 + count * 60} +0000`,
    block(`Commit ${count + 1}`),
    ...(parent === "" ? [] : [`from ${parent}`]),
    ...Object.entries(files).map(([path, text]) =>
      text === null ? `D ${path}` : `M 100644 inline ${path}\n${block(text)}`,
    ),
    "",
  ];
  await git(folder, ["fast-import", "--quiet"], lines.join("\n"));
  return git(folder, ["rev-parse", ref]);
}

function block(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
