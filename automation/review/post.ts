import type { ForgesSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { parseRepositoryUrl, withoutUser } from "../../core/git/url.ts";
import type { Upserted } from "../forge/forge.ts";
import { openForge } from "../forge/open.ts";
import type { Session } from "../session.ts";
import { readCi } from "./ci.ts";
import type { ReviewRange } from "./range.ts";

/** Most characters of a comment, with room to spare: GitHub takes 65,536, GitLab 1,000,000, Gitea as much as its database. */
const longest = { github: 65_000, gitlab: 990_000, gitea: 65_000, plain: 65_000 } as const;

/** Where a review is written to. */
export interface ReviewForge {
  readonly longest: number;
  comment(marker: string, body: string): Promise<Upserted>;
}

/**
 * The number that `--pr` names, or CI.
 * @throws USAGE if there is none.
 */
export function pullRequestNumber({ io }: Session, asked: number | true): number {
  const number = asked === true ? readCi(io.env).number : asked;
  if (number !== undefined) return number;
  throw failure("USAGE", "Nothing says which pull request --pr means.", "Name its number: --pr 12.");
}

/**
 * The pull request of the repository under review.
 * @param forges What the base says of them: a change must not send the token somewhere else.
 * @throws FORGE_UNKNOWN, FORGE_TOKEN_MISSING, FORGE_REFUSED where there is none.
 */
export async function openReviewForge(
  { io }: Session,
  { repository }: Pick<ReviewRange, "repository">,
  forges: ForgesSpec,
  number: number,
): Promise<ReviewForge> {
  const { remote = repository.folder, folder } = repository;
  const url = parseRepositoryUrl(withoutUser(remote), true, folder);
  const all = { ...readCi(io.env).forges, ...forges };
  const forge = await openForge(url, all, { env: io.env, signal: io.signal, now: () => io.now() });
  return {
    longest: longest[forge.address.kind],
    comment: (marker, body) => forge.comment(number, marker, body),
  };
}
