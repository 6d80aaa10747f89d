import { devNull } from "node:os";
import type { ForgesSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { onlySettings, userEnvironment, type Env } from "../../core/git/environment.ts";
import { userSettings } from "../../core/git/user-settings.ts";
import { tokenNeeds } from "./failure.ts";
import type { ForgeAddress } from "./forge.ts";

/** Variables that a forge's own tools read. */
const usual = {
  github: ["GITHUB_TOKEN", "GH_TOKEN"],
  gitlab: ["GITLAB_TOKEN"],
  gitea: ["GITEA_TOKEN", "FORGEJO_TOKEN"],
} as const;

/** A token and where it is from, for people. */
export interface ForgeToken {
  readonly token: string;
  readonly from: string;
}

/**
 * The token of a forge: of the variable that the document names, else of those that its own tools read, else what Git's
 * credential helpers or GIT_ASKPASS have for the host. It is never written anywhere.
 * @throws FORGE_TOKEN_MISSING.
 */
export async function forgeToken(
  address: ForgeAddress & { readonly kind: keyof typeof usual },
  forges: ForgesSpec,
  { env, signal }: { readonly env: Env; readonly signal?: AbortSignal | undefined },
): Promise<ForgeToken> {
  const host = new URL(address.url).host;
  const named = forges[host]?.token ?? forges[new URL(address.url).hostname]?.token;
  const names = named === undefined ? usual[address.kind] : [named];
  for (const name of names) {
    const token = env[name]?.trim();
    if (token !== undefined && token !== "") return { token, from: name };
  }
  const token = await gitCredential(host, address.path, env, signal);
  if (token !== undefined) return { token, from: "Git's credential helper" };
  throw failure(
    "FORGE_TOKEN_MISSING",
    `There is no token for ${address.display}.`,
    `Set ${names.join(" or ")} to ${tokenNeeds[address.kind]}; a credential helper of Git or GIT_ASKPASS that has one for the host will do too.`,
  );
}

/** The password that Git would use; undefined if nobody has one. */
async function gitCredential(
  host: string,
  path: string,
  env: Env,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const settings = await userSettings(env, signal);
  try {
    const { stdout } = await runProgram({
      file: "git",
      args: ["credential", "fill"],
      env: {
        ...userEnvironment(env),
        ...onlySettings(settings),
        GIT_DIR: devNull,
        GIT_TERMINAL_PROMPT: "0",
        LC_ALL: "C",
      },
      stdin: `protocol=https\nhost=${host}\npath=${path}\n\n`,
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
      signal,
    });
    return /^password=(.+)$/m.exec(stdout.toString("utf8"))?.[1];
  } catch (error) {
    if (error instanceof ProgramError && error.reason === "exit") return undefined;
    throw error;
  }
}
