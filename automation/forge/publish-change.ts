import type { ForgesSpec } from "../../core/environment/spec.ts";
import { prepareCommit } from "../../core/git/prepare-commit.ts";
import type { Purpose } from "../../core/git/publish.ts";
import type { RepositoryUrl } from "../../core/git/url.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import type { Signer } from "../../core/git/write-identity.ts";
import type { RepositoryWriter } from "../../core/git/writer.ts";
import type { Session } from "../session.ts";
import { askForReview } from "./ask-for-review.ts";
import { checkNotClosed, type Offered } from "./offer.ts";
import { openForge } from "./open.ts";

/** A repository and what is written to it. */
export interface ChangePlace {
  readonly writer: RepositoryWriter;
  readonly url: RepositoryUrl;
  /** The branch that the change goes to. */
  readonly base: string;
  /** Where that is. */
  readonly revision: string;
  readonly files: FileChanges;
}

/** Changed files, and what is said about them. */
export interface Change {
  readonly place: ChangePlace;
  /** First line of the commit, and title of the pull request. */
  readonly title: string;
  /** Lines of the commit's body. */
  readonly body: readonly string[];
  /** What it is for: a later change for the same replaces it as long as it waits for its review. */
  readonly purpose: Purpose;
  /** More that programs read of the commit. */
  readonly trailers: Readonly<Record<string, string>>;
  readonly forges: ForgesSpec;
  /** Text of the pull request; its first line names what it is about, and nobody sees it. */
  readonly pullRequest: () => string;
}

/** How a change is published. */
export interface PublishOptions {
  /** True for a commit on the branch itself. */
  readonly direct: boolean;
  /** True to offer again what somebody has closed. */
  readonly again: boolean;
  /** The branch for review. */
  readonly branch: string;
}

/** What became of it. `same`: the branch it goes to says it already. */
export interface PublishedChange {
  readonly state: "created" | "updated" | "unchanged" | "direct" | "same";
  /** Repository, for people. */
  readonly repository: string;
  /** The branch that was written. */
  readonly branch: string;
  /** The branch that it goes to. */
  readonly base: string;
  readonly revision: string | undefined;
  /** Absent where there is no forge. */
  readonly pullRequest: Offered | undefined;
}

/**
 * Commits a change and offers it for review; or puts it on the branch itself. What an earlier run has begun is finished:
 * a branch that it pushed and a pull request that it opened are found and brought up to date.
 * @throws GIT_…, FORGE_…, PULL_REQUEST_CLOSED.
 */
export async function publishChange(
  session: Session,
  change: Change,
  signer: Signer,
  { direct, again, branch }: PublishOptions,
): Promise<PublishedChange> {
  const { place, title, body: lines, purpose, trailers, forges } = change;
  const { writer, base, revision, files, url } = place;
  const target = direct ? base : branch;
  const commit = { base: revision, files, subject: title, body: lines, purpose, trailers, signer };
  const prepared = await prepareCommit(writer, commit, { branch: target, direct });
  const done = { repository: writer.display, base };
  if (prepared === undefined) return { ...done, state: "same", branch: base, revision, pullRequest: undefined };
  if (direct) {
    session.progress.step(`pushing to ${base}`);
    return { ...done, ...(await prepared.push()), branch: base, pullRequest: undefined };
  }
  // Before anything is pushed: whether there is a token, and whether somebody has said no.
  const forge = await openForge(url, forges, { ...session.io, now: () => session.io.now() });
  const offer = { head: branch, base, text: { title, body: change.pullRequest() }, again };
  await checkNotClosed(forge, offer);
  session.progress.step(`pushing ${branch}`);
  const pushed = await prepared.push();
  const pullRequest = await askForReview(session, forge, offer);
  const state = pullRequest?.state ?? pushed.state;
  const changed = state === "unchanged" ? pushed.state : state;
  return { ...done, state: changed, branch, revision: pushed.revision, pullRequest };
}
