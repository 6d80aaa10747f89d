import { publish, type Published, type Purpose } from "./publish.ts";
import type { FileChanges, MadeCommit } from "./write-commit.ts";
import type { Signer } from "./write-identity.ts";
import { messageText, offerTrailers } from "./write-message.ts";
import type { RepositoryWriter } from "./writer.ts";

/** A change of a repository, and what its commit says. */
export interface CommitPlan {
  /** The commit that it follows: full id. */
  readonly base: string;
  readonly files: FileChanges;
  /** First line of the message. */
  readonly subject: string;
  /** Lines below it. */
  readonly body: readonly string[];
  /** What it is for: a later commit for the same replaces it as long as it waits for its review. */
  readonly purpose: Purpose;
  /** More that programs read. Default: nothing. */
  readonly trailers?: Readonly<Record<string, string>>;
  readonly signer: Signer;
}

/** Where a commit goes. */
export interface CommitTarget {
  readonly branch: string;
  /** True for the branch itself, where it must follow what is there; false for a branch of its own, for review. */
  readonly direct: boolean;
}

/** A commit that is made and not pushed yet. */
export interface PreparedCommit extends MadeCommit {
  /** @throws GIT_BRANCH_TAKEN for review; GIT_BRANCH_MOVED, GIT_PUSH_DENIED and what reaching a repository throws. */
  push(): Promise<PushedCommit>;
}

/** What became of it. `direct`: it is on the branch itself. */
export interface PushedCommit {
  readonly state: Published["state"] | "direct";
  /** What the branch is at: an earlier commit where that says the same. */
  readonly revision: string;
}

/**
 * Makes a commit with its trailers, signed off and signed as configured; undefined if it would change nothing.
 * @throws COMMIT_NOT_FOUND for the base, GIT_SIGN_FAILED, PATH_NOT_FOUND.
 */
export async function prepareCommit(
  writer: RepositoryWriter,
  plan: CommitPlan,
  { branch, direct }: CommitTarget,
): Promise<PreparedCommit | undefined> {
  const { base, files, subject, body, purpose, trailers, signer } = plan;
  const message = (tree: string): string => {
    const offer = direct ? {} : { [offerTrailers.branch]: branch, [offerTrailers.tree]: tree };
    return messageText({ subject, body, trailers: { ...purpose, ...trailers, ...offer } }, signer.committer);
  };
  const made = await writer.commit({ base, files, message, by: signer, sign: signer.sign });
  if (made === undefined) return undefined;
  const push = async (): Promise<PushedCommit> => {
    if (!direct) return publish(writer, { branch, base, made, purpose });
    await writer.push({ branch, revision: made.revision, expected: base }, { advance: true });
    return { state: "direct", revision: made.revision };
  };
  return { ...made, push };
}
