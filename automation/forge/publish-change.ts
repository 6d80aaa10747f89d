import type { ForgesSpec } from "../../core/environment/spec.ts";
import { publish } from "../../core/git/publish.ts";
import type { RepositoryUrl } from "../../core/git/url.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import type { Signer } from "../../core/git/write-identity.ts";
import { messageText, offerTrailers } from "../../core/git/write-message.ts";
import type { RepositoryWriter } from "../../core/git/writer.ts";
import type { Session } from "../session.ts";
import { labelNew } from "./label-new.ts";
import { checkNotClosed, offerPullRequest, type Offered } from "./offer.ts";
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
  readonly trailers: Readonly<Record<string, string>>;
  /** Which of the trailers tell that a commit was made for the same purpose, and may be replaced. */
  readonly purpose: readonly string[];
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
  const { place, title, body: lines, trailers, purpose, forges } = change;
  const { writer, base, revision, files, url } = place;
  const commit = (more: (tree: string) => Readonly<Record<string, string>>) => {
    const message = (tree: string): string =>
      messageText({ subject: title, body: lines, trailers: { ...trailers, ...more(tree) } }, signer.committer);
    return writer.commit({ base: revision, files, message, by: signer, sign: signer.sign });
  };
  const done = { repository: writer.display, base };
  const same = { ...done, state: "same", branch: base, revision, pullRequest: undefined } as const;
  if (direct) {
    const made = await commit(() => ({}));
    if (made === undefined) return same;
    await writer.push({ branch: base, revision: made.revision, expected: revision }, { advance: true });
    return { ...done, state: "direct", branch: base, revision: made.revision, pullRequest: undefined };
  }
  const made = await commit((tree) => ({ [offerTrailers.branch]: branch, [offerTrailers.tree]: tree }));
  if (made === undefined) return same;
  // Before anything is pushed: whether there is a token, and whether somebody has said no.
  const forge = await openForge(url, forges, { ...session.io, now: () => session.io.now() });
  const body = change.pullRequest();
  const marker = body.slice(0, body.indexOf("\n"));
  const offer = { head: branch, base, text: { title, body }, marker, again };
  await checkNotClosed(forge, offer);
  const isOurs = (tip: { readonly trailers: ReadonlyMap<string, string> }): boolean =>
    purpose.every((name) => tip.trailers.get(name) === trailers[name]);
  session.progress.step(`pushing ${branch}`);
  const published = await publish(writer, { branch, base: revision, made, isOurs });
  session.progress.step(`opening a pull request on ${forge.address.display}`);
  const pullRequest = await offerPullRequest(forge, offer);
  await labelNew(session, forge, pullRequest);
  const state = pullRequest?.state ?? published.state;
  const changed = state === "unchanged" && published.state !== "unchanged" ? published.state : state;
  return { ...done, state: changed, branch, revision: published.revision, pullRequest };
}
