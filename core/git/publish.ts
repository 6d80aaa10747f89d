import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import type { MadeCommit } from "./write-commit.ts";
import { offerTrailers } from "./write-message.ts";
import type { BranchTip, RepositoryWriter } from "./writer.ts";

/** Trailers that tell what a commit was made for, with their values. */
export type Purpose = Readonly<Record<string, string>>;

/** A commit that is offered for review on a branch of its own. */
export interface Offer {
  readonly branch: string;
  readonly base: string;
  readonly made: MadeCommit;
  /** What it is for. Only a commit of the same purpose is replaced, and only as it was made. */
  readonly purpose: Purpose;
}

/** What became of the branch. `unchanged`: it holds the same files on the same base already. */
export type Published = { readonly state: "created" | "updated" | "unchanged"; readonly revision: string };

/**
 * Puts a commit on a branch for review. A later run replaces what an earlier one has put there, so that there is one
 * branch, and one pull request, for one purpose; what anybody else has added is never lost.
 * @throws GIT_BRANCH_TAKEN if the branch has a commit that is not ours, and what `push` throws.
 */
export async function publish(writer: RepositoryWriter, offer: Offer): Promise<Published> {
  const { branch, base, made, purpose } = offer;
  const tip = await writer.tipOf(branch);
  if (tip !== undefined && !isOurOffer(tip, branch, purpose)) {
    throw failure(
      "GIT_BRANCH_TAKEN",
      `The branch ${quote(branch)} of ${writer.display} has commits that were not made by this command.`,
      "If it was for review, merge or delete it first; else give another one with --branch.",
    );
  }
  if (tip?.tree === made.tree && tip.parents.length === 1 && tip.parents[0] === base) {
    return { state: "unchanged", revision: tip.revision };
  }
  await writer.push({ branch, revision: made.revision, expected: tip?.revision }, { advance: false });
  return { state: tip === undefined ? "created" : "updated", revision: made.revision };
}

/** True for a commit that an earlier run made for this branch and purpose, with just the files that it made it of. */
export function isOurOffer({ tree, trailers }: BranchTip, branch: string, purpose: Purpose): boolean {
  const wanted = { ...purpose, [offerTrailers.branch]: branch, [offerTrailers.tree]: tree };
  return Object.entries(wanted).every(([name, value]) => trailers.get(name) === value);
}
