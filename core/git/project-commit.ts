import { ProgramError, runProgram } from "../exec/run.ts";
import { userEnvironment, type Env } from "./environment.ts";

/** Where the project itself stands. */
export interface ProjectCommit {
  /** Full id. */
  readonly revision: string;
  /** True if files that Git knows differ from it. */
  readonly dirty: boolean;
}

/** The commit of the repository that a project is in; undefined if it is in none, or that has no commit yet. */
export async function projectCommit(
  project: string,
  { env, signal }: { readonly env: Env; readonly signal?: AbortSignal | undefined },
): Promise<ProjectCommit | undefined> {
  const git = async (args: readonly string[]): Promise<string> => {
    const { stdout } = await runProgram({
      file: "git",
      args: ["-c", "core.fsmonitor=false", ...args],
      cwd: project,
      env: { ...userEnvironment(env), GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      timeoutMs: 10_000,
      maxOutputBytes: 4 << 20,
      signal,
    });
    return stdout.toString("utf8").trim();
  };
  try {
    const revision = await git(["rev-parse", "--verify", "--quiet", "HEAD"]);
    const changed = await git(["status", "--porcelain", "--untracked-files=no", "--", "."]);
    return { revision, dirty: changed !== "" };
  } catch (error) {
    if (error instanceof ProgramError) return undefined;
    throw error;
  }
}
