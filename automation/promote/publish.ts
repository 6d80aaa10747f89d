import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { publish } from "../../core/git/publish.ts";
import { parseRepositoryUrl, type RepositoryUrl } from "../../core/git/url.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import type { Signer } from "../../core/git/write-identity.ts";
import { messageText, offerTrailers } from "../../core/git/write-message.ts";
import type { RepositoryWriter } from "../../core/git/writer.ts";
import { environmentFile } from "../../core/environment/file.ts";
import { setRevision } from "../../core/environment/pin.ts";
import { checkNotClosed, offerPullRequest, type Offered } from "../forge/offer.ts";
import { openForge } from "../forge/open.ts";
import type { Session } from "../session.ts";
import { controlRepository, readControlFile } from "./control.ts";
import { bodyOf, branchOf, pullRequestBody, titleOf, trailersOf, type Promotion } from "./describe.ts";

/** How it is published. */
export interface PublishOptions {
  readonly direct: boolean;
  readonly again: boolean;
  /** Instead of the one that is made of the environment and the applications. */
  readonly branch: string | undefined;
}

/** What became of it. `same`: the branch it goes to says it already. */
export interface PublishedPromotion {
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

/** A repository and what is written to it. */
interface Place {
  readonly writer: RepositoryWriter;
  readonly url: RepositoryUrl;
  readonly base: string;
  readonly revision: string;
  readonly files: FileChanges;
}

/**
 * Commits a promotion and offers it for review; or puts it on the branch itself. What an earlier run has begun is finished:
 * a branch that it pushed and a pull request that it opened are found and brought up to date.
 * @throws GIT_…, FORGE_…, PULL_REQUEST_CLOSED, PROMOTION_REFUSED.
 */
export async function publishPromotion(
  session: Session,
  promotion: Promotion,
  signer: Signer,
  options: PublishOptions,
): Promise<PublishedPromotion> {
  const place = await placeOf(session, promotion);
  const { writer, base, revision, files, url } = place;
  const branch = options.branch ?? branchOf(promotion);
  const commit = (trailers: (tree: string) => Readonly<Record<string, string>>) => {
    const message = (tree: string): string =>
      messageText(
        {
          subject: titleOf(promotion),
          body: bodyOf(promotion),
          trailers: { ...trailersOf(promotion), ...trailers(tree) },
        },
        signer.committer,
      );
    return writer.commit({ base: revision, files, message, by: signer, sign: signer.sign });
  };
  const done = { repository: writer.display, base };
  if (options.direct) {
    const made = await commit(() => ({}));
    if (made === undefined) return { ...done, state: "same", branch: base, revision, pullRequest: undefined };
    await writer.push({ branch: base, revision: made.revision, expected: revision }, { advance: true });
    return { ...done, state: "direct", branch: base, revision: made.revision, pullRequest: undefined };
  }
  const made = await commit((tree) => ({ [offerTrailers.branch]: branch, [offerTrailers.tree]: tree }));
  if (made === undefined) return { ...done, state: "same", branch: base, revision, pullRequest: undefined };
  // Before anything is pushed: whether there is a token, and whether somebody has said no.
  const forge = await openForge(url, promotion.target.forges, { ...session.io, now: () => session.io.now() });
  const body = pullRequestBody(promotion);
  const marker = body.slice(0, body.indexOf("\n"));
  const text = { title: titleOf(promotion), body };
  const offer = { head: branch, base, text, marker, again: options.again };
  await checkNotClosed(forge, offer);
  const isOurs = ({ trailers }: { readonly trailers: ReadonlyMap<string, string> }): boolean =>
    trailers.get("Driftless-Action") === "promote" && trailers.get("Driftless-To") === promotion.target.name;
  session.progress.step(`pushing ${branch}`);
  const published = await publish(writer, { branch, base: revision, made, isOurs });
  session.progress.step(`opening a pull request on ${forge.address.display}`);
  const pullRequest = await offerPullRequest(forge, offer);
  const state = pullRequest?.state ?? published.state;
  const changed = state === "unchanged" && published.state !== "unchanged" ? published.state : state;
  return { ...done, state: changed, branch, revision: published.revision, pullRequest };
}

async function placeOf(session: Session, { decision, target }: Promotion): Promise<Place> {
  const { project } = session;
  if (decision.kind === "images") {
    const { writer, branch, base, files } = decision;
    const url = parseRepositoryUrl(target.source.repo, target.source.local, project);
    return { writer, url, base: branch, revision: base, files };
  }
  const control = await controlRepository(session);
  const { writer, branch, repo, folder } = control;
  const tip = await writer.tipOf(branch);
  const found =
    tip === undefined ? undefined : await readControlFile(session, control, tip.revision, environmentFile(target.name));
  if (tip === undefined || found === undefined) {
    throw failure(
      "PROMOTION_REFUSED",
      `The branch ${quote(branch)} of ${writer.display} does not have the document of ${quote(target.name)}.`,
      "Push it there first.",
    );
  }
  const { text } = setRevision(found.text, decision.after.plan.revision, found.path);
  const url = parseRepositoryUrl(repo, true, folder);
  return { writer, url, base: branch, revision: tip.revision, files: new Map([[found.path, text]]) };
}
