import { environmentFile } from "../../core/environment/file.ts";
import { setRevision } from "../../core/environment/pin.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import type { Signer } from "../../core/git/write-identity.ts";
import { publishChange, type ChangePlace, type PublishedChange } from "../forge/publish-change.ts";
import type { Session } from "../session.ts";
import { controlRepository, readControlFile } from "./control.ts";
import { bodyOf, branchOf, pullRequestBody, titleOf, trailersOf, type Promotion } from "./describe.ts";

/** How a promotion is published. */
export interface PromotionOptions {
  readonly direct: boolean;
  readonly again: boolean;
  /** Instead of the one that is made of the environment and the applications. */
  readonly branch: string | undefined;
}

/**
 * Commits a promotion and offers it for review; or puts it on the branch itself.
 * @throws GIT_…, FORGE_…, PULL_REQUEST_CLOSED, PROMOTION_REFUSED.
 */
export async function publishPromotion(
  session: Session,
  promotion: Promotion,
  signer: Signer,
  options: PromotionOptions,
): Promise<PublishedChange> {
  const change = {
    place: await placeOf(session, promotion),
    title: titleOf(promotion),
    body: bodyOf(promotion),
    purpose: { "Driftless-Action": "promote", "Driftless-To": promotion.target.name },
    trailers: trailersOf(promotion),
    forges: promotion.target.forges,
    pullRequest: () => pullRequestBody(promotion),
  };
  return publishChange(session, change, signer, { ...options, branch: options.branch ?? branchOf(promotion) });
}

async function placeOf(session: Session, { decision, target }: Promotion): Promise<ChangePlace> {
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
