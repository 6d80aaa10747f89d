import { devNull } from "node:os";
import { ProgramError, runProgram } from "../exec/run.ts";
import { userEnvironment, type Env, type Setting } from "./environment.ts";

/**
 * Keys of the user's own configuration that a fetch keeps: how to authenticate, which proxy and which authorities.
 * Not `url.*.insteadOf` (it would send the request elsewhere) and not `http.sslVerify`.
 */
const kept = [
  /^credential\./,
  /^core\.(askpass|sshcommand)$/,
  /^http\.(.+\.)?(extraheader|proxy|proxyauthmethod|proxysslcainfo|sslcainfo|sslcapath|sslcert|sslkey|emptyauth|delegation)$/,
];

/**
 * What the user's configuration (system, personal, and GIT_CONFIG_COUNT of the environment) says about credentials and
 * proxies. The values may be secrets: they go to git by its environment and nowhere else.
 */
export async function userSettings(env: Env, signal?: AbortSignal): Promise<readonly Setting[]> {
  const all = await readSettings(env, { GIT_DIR: devNull }, signal);
  return all.filter(([key]) => kept.some((pattern) => pattern.test(key)));
}

/**
 * Everything that the user's configuration says; later settings win.
 * @param where `GIT_DIR`, or none and the folder to look from, so that its repository's own settings are among them.
 */
export async function readSettings(
  env: Env,
  where: { readonly GIT_DIR: string } | { readonly cwd: string },
  signal?: AbortSignal,
): Promise<readonly Setting[]> {
  const ownConfig = Object.entries(env).filter(([name]) => name.startsWith("GIT_CONFIG"));
  const { cwd, ...gitDir } = { cwd: undefined, ...where };
  try {
    const { stdout } = await runProgram({
      file: "git",
      args: ["config", "--list", "--includes", "-z"],
      cwd,
      env: { ...userEnvironment(env), ...Object.fromEntries(ownConfig), ...gitDir, LC_ALL: "C" },
      timeoutMs: 10_000,
      maxOutputBytes: 4 << 20,
      signal,
    });
    return parseSettings(stdout.toString("utf8"));
  } catch (error) {
    // A broken personal configuration must not stop a fetch that may need none of it.
    if (error instanceof ProgramError && error.reason === "exit") return [];
    throw error;
  }
}

/** Output of `git config --list -z`: key, newline, value, NUL; a key alone means true. */
function parseSettings(text: string): readonly Setting[] {
  return text
    .split("\0")
    .filter((item) => item !== "")
    .map((item) => {
      const end = item.indexOf("\n");
      return end === -1 ? [item, "true"] : [item.slice(0, end), item.slice(end + 1)];
    });
}
