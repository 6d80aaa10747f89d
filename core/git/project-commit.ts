import { ProgramError } from "../exec/run.ts";
import type { Env } from "./environment.ts";
import { projectGit } from "./project-git.ts";

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
  const git = projectGit(project, { env, signal });
  try {
    const revision = await git(["rev-parse", "--verify", "--quiet", "HEAD"]);
    const changed = await git(["status", "--porcelain", "--untracked-files=no", "--", "."]);
    return { revision, dirty: changed !== "" };
  } catch (error) {
    if (error instanceof ProgramError) return undefined;
    throw error;
  }
}
