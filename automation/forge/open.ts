import type { ForgesSpec } from "../../core/environment/spec.ts";
import type { Env } from "../../core/git/environment.ts";
import type { RepositoryUrl } from "../../core/git/url.ts";
import { forgeAddress } from "./address.ts";
import type { ForgeContext } from "./failure.ts";
import type { Forge } from "./forge.ts";
import { plain } from "./plain.ts";
import { forgeToken } from "./token.ts";

/** What opening a forge takes of its surroundings. */
export interface ForgeSurroundings {
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
  now(): Date;
}

/** The client libraries are loaded where they are needed and nowhere else: each takes as long as a whole command. */
const clients = {
  github: async () => (await import("./github.ts")).github,
  gitlab: async () => (await import("./gitlab.ts")).gitlab,
  gitea: async () => (await import("./gitea.ts")).gitea,
} as const satisfies Record<string, () => Promise<(context: ForgeContext) => Forge>>;

/**
 * The forge of a repository, ready to be asked; nothing is asked yet.
 * @throws FORGE_UNKNOWN, FORGE_TOKEN_MISSING, GIT_URL_INVALID.
 */
export async function openForge(url: RepositoryUrl, forges: ForgesSpec, around: ForgeSurroundings): Promise<Forge> {
  const address = forgeAddress(url, forges);
  const { kind } = address;
  if (kind === "plain") return plain(address);
  const { token, from } = await forgeToken({ ...address, kind }, forges, around);
  const open = await clients[kind]();
  return open({ address, token, tokenFrom: from, now: () => around.now(), signal: around.signal });
}
