import { failure } from "../errors/error.ts";
import { ProgramError, runProgram } from "../exec/run.ts";
import { userEnvironment, type Env } from "./environment.ts";

/** Oldest git that knows GIT_CONFIG_COUNT (2.31) and GIT_CONFIG_GLOBAL (2.32): an older one would not be shielded. */
export const minimumGit = "2.32";

/**
 * Version of the git on PATH, such as `2.39.5`.
 * @throws TOOL_MISSING if there is none or it is older than `minimumGit`.
 */
export async function gitVersion(env: Env): Promise<string> {
  const fix = `Install git ${minimumGit} or newer and put it on PATH.`;
  const { stdout } = await runProgram({
    file: "git",
    args: ["version"],
    env: userEnvironment(env),
    timeoutMs: 10_000,
    maxOutputBytes: 64 << 10,
  }).catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error;
    throw failure("TOOL_MISSING", "git is not on PATH, or cannot be started.", fix, { cause: error });
  });
  const version = /^git version ([0-9]+(?:\.[0-9]+)+)/.exec(stdout.toString("utf8"))?.[1];
  if (version === undefined) throw failure("TOOL_MISSING", "The git on PATH does not tell its version.", fix);
  if (isOlder(version, minimumGit)) {
    throw failure("TOOL_MISSING", `The git on PATH is ${version}, which is too old.`, fix);
  }
  return version;
}

/** Compares dotted numbers. */
export function isOlder(version: string, than: string): boolean {
  const left = version.split(".").map(Number);
  const right = than.split(".").map(Number);
  for (let index = 0; index < right.length; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const checked = new Map<string, Promise<string>>();

/** `gitVersion`, asked once for each PATH while this program runs. */
export function requireGit(env: Env): Promise<string> {
  const path = env["PATH"] ?? "";
  const version = checked.get(path) ?? gitVersion(env);
  checked.set(path, version);
  version.catch(() => checked.delete(path));
  return version;
}
