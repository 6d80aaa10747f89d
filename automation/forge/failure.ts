import { failure } from "../../core/errors/error.ts";
import type { ForgeAddress } from "./forge.ts";
import { problemOf, type HttpProblem } from "./problem.ts";

/** How a forge is spoken to. */
export interface ForgeContext {
  readonly address: ForgeAddress;
  /** Never shown, and taken out of whatever the forge says. */
  readonly token: string;
  /** Where the token came from, for people: `GITHUB_TOKEN`. */
  readonly tokenFrom: string;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

/** A request that waits longer has failed. */
export const timeoutMs = 30_000;

/** What a token must be allowed to do, in the words of the forge. */
export const tokenNeeds = {
  github:
    "a fine-grained token with `Pull requests: write` and `Contents: read` on the repository, or a classic one with `repo`",
  gitlab: "a token with the scope `api` and the role Developer in the project",
  gitea: "a token with the scopes `write:repository`, `write:issue` and `read:user`",
} as const;

/**
 * Makes a request and tells its failure in our words.
 * @param what is done, as in "The forge … does not let us <what>".
 * @throws FORGE_DENIED, FORGE_LIMITED, FORGE_REFUSED, FORGE_UNREACHABLE, INTERRUPTED.
 */
export async function ask<Value>(context: ForgeContext, what: string, request: () => Promise<Value>): Promise<Value> {
  try {
    return await request();
  } catch (error) {
    context.signal?.throwIfAborted();
    throw forgeFailure(context, what, error);
  }
}

/** True for what forges answer when there is such a pull request already. */
export function isConflict(error: unknown, now: Date): boolean {
  const { status, said } = problemOf(error, now);
  return status === 409 || (status === 422 && /already exists/i.test(said));
}

function forgeFailure(context: ForgeContext, what: string, error: unknown): Error {
  const { address, tokenFrom, now } = context;
  const problem = problemOf(error, now());
  const { status, isLimit, retryAt } = problem;
  const who = address.display;
  if (isLimit) {
    const when = retryAt === undefined ? "later" : `after ${retryAt.toISOString()}`;
    return failure(
      "FORGE_LIMITED",
      `${who} answers no more requests of this token for now.`,
      `Run it again ${when}: it goes on where it stopped.`,
    );
  }
  if (status === undefined || status >= 500) {
    const why = status === undefined ? `no answer${reason(problem, context, error)}` : `status ${status}`;
    return failure(
      "FORGE_UNREACHABLE",
      `${who} did not let us ${what}: ${why}.`,
      "Check that the forge is up and can be reached from here, and run it again: it goes on where it stopped.",
    );
  }
  if (status === 401) {
    return failure(
      "FORGE_DENIED",
      `${who} refuses the token from ${tokenFrom}: it is wrong, expired or revoked.`,
      `Put ${needs(address)} there, and run it again.`,
    );
  }
  if (status === 403 || status === 404) {
    return failure(
      "FORGE_DENIED",
      `${who} does not let the token from ${tokenFrom} ${what}, or there is no such repository or pull request (status ${status})${reason(problem, context)}.`,
      `It takes ${needs(address)}; check the address of the repository too.`,
    );
  }
  return failure(
    "FORGE_REFUSED",
    `${who} did not ${what} (status ${status})${reason(problem, context)}.`,
    "See what it says; a rule of the repository may be in the way.",
  );
}

function needs({ kind }: ForgeAddress): string {
  return kind === "plain" ? "a token" : tokenNeeds[kind];
}

function reason({ said }: HttpProblem, { token }: ForgeContext, error?: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  const text = (cause || said).replaceAll(token, "…");
  return text === "" ? "" : `: ${text.replace(/\.$/, "")}`;
}
