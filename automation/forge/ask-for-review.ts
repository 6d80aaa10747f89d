import { DriftlessError } from "../../core/errors/error.ts";
import type { Session } from "../session.ts";
import type { Forge } from "./forge.ts";
import { offerPullRequest, type Offered, type PullRequestOffer } from "./offer.ts";

/**
 * Opens the pull request of a branch that was pushed, with the labels that the document names for its forge; or brings
 * the one up to date that it has. Undefined where there is no forge.
 * @throws PULL_REQUEST_CLOSED, and what the forge throws.
 */
export async function askForReview(
  session: Pick<Session, "progress" | "io">,
  forge: Forge,
  offer: PullRequestOffer,
): Promise<Offered | undefined> {
  session.progress.step(`opening a pull request on ${forge.address.display}`);
  const offered = await offerPullRequest(forge, offer);
  // Later runs leave labels alone, and so whoever takes one away.
  if (offered?.state === "created") await label(session, forge, offered.pullRequest.number);
  return offered;
}

/** A forge that does not take labels is noted: they are no part of the change. */
async function label({ progress, io }: Pick<Session, "progress" | "io">, forge: Forge, number: number): Promise<void> {
  const { labels = [] } = forge.address;
  if (labels.length === 0) return;
  try {
    await forge.label(number, labels);
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    progress.note(`the pull request has no labels: ${error.findings[0].message}`);
  }
}
