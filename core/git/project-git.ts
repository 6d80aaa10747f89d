import { runProgram } from "../exec/run.ts";
import { userEnvironment, type Env } from "./environment.ts";

/** Where the project's own repository is asked from. */
export interface ProjectGitContext {
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
}

/** What one call takes besides its arguments. */
export interface ProjectGitCall {
  readonly stdin?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default: 10 s. */
  readonly timeoutMs?: number | undefined;
}

/** Runs git in the project's own repository, as its user would, without hooks and monitors; returns what it printed, trimmed. */
export type ProjectGit = (args: readonly string[], call?: ProjectGitCall) => Promise<string>;

/** @returns a function that throws {ProgramError} where git fails. */
export function projectGit(project: string, { env, signal }: ProjectGitContext): ProjectGit {
  return async (args, call = {}) => {
    const { stdout } = await runProgram({
      file: "git",
      args: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...args],
      cwd: project,
      env: { ...userEnvironment(env), GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C", ...call.env },
      stdin: call.stdin,
      timeoutMs: call.timeoutMs ?? 10_000,
      maxOutputBytes: 16 << 20,
      signal,
    });
    return stdout.toString("utf8").trim();
  };
}
