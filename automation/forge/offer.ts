import { failure } from "../../core/errors/error.ts";
import type { Forge, PullRequest, PullRequestText } from "./forge.ts";
import { isTakenBack, takeBack } from "./take-back.ts";
import { sameText } from "./upsert-comment.ts";

/** A branch that is offered for review. */
export interface PullRequestOffer {
  readonly head: string;
  readonly base: string;
  /**
   * Its first line says what it is about and is seen by nobody: equal for equal changes. A pull request that somebody closed
   * without merging it is a "no" to just that.
   */
  readonly text: PullRequestText;
  /** True to offer again what somebody has closed. */
  readonly again: boolean;
}

/** What became of it. */
export interface Offered {
  readonly state: "created" | "updated" | "unchanged";
  readonly pullRequest: PullRequest;
}

/**
 * Opens a pull request, or brings the one up to date that the branch has: there is never a second one, whoever else does
 * the same at the same time. Undefined where there is no forge.
 * @throws PULL_REQUEST_CLOSED if somebody closed the same offer by hand, and what the forge throws.
 */
export async function offerPullRequest(forge: Forge, offer: PullRequestOffer): Promise<Offered | undefined> {
  const { head, base, text } = offer;
  if (forge.address.kind === "plain") return undefined;
  const known = await forge.find(head, base);
  const open = known.find(({ state }) => state === "open");
  if (open !== undefined) return bringUpToDate(forge, open, text);
  refuseClosed(known, offer);
  const created = await forge.create(head, base, text);
  if (created !== undefined) return keepOne(forge, offer, created);
  // Another run was quicker.
  const other = (await forge.find(head, base)).find(({ state }) => state === "open");
  if (other !== undefined) return bringUpToDate(forge, other, text);
  throw failure(
    "FORGE_REFUSED",
    `${forge.address.display} says that there is a pull request of ${head} already, and shows none.`,
    "Look at its pull requests there; run it again when that is sorted out.",
  );
}

/** Some forges open two if they are asked at the same moment: the first one stays, and each run takes back its own. */
async function keepOne(forge: Forge, { head, base, text }: PullRequestOffer, created: PullRequest): Promise<Offered> {
  const open = (await forge.find(head, base)).filter(({ state }) => state === "open");
  const [first] = open.sort((left, right) => left.number - right.number);
  if (first === undefined || first.number >= created.number) return { state: "created", pullRequest: created };
  await takeBack(forge, created, `Opened twice at the same moment; see ${first.url}`);
  return bringUpToDate(forge, first, text);
}

/** Asks before anything is pushed whether somebody has said no to this. @throws PULL_REQUEST_CLOSED. */
export async function checkNotClosed(forge: Forge, offer: PullRequestOffer): Promise<void> {
  if (forge.address.kind === "plain" || offer.again) return;
  const known = await forge.find(offer.head, offer.base);
  if (!known.some(({ state }) => state === "open")) refuseClosed(known, offer);
}

function refuseClosed(known: readonly PullRequest[], { text, again }: PullRequestOffer): void {
  const newest = known.find((each) => !isTakenBack(each));
  if (again || newest?.state !== "closed" || !newest.body.startsWith(firstLine(text.body))) return;
  throw failure(
    "PULL_REQUEST_CLOSED",
    `Somebody has closed the pull request of just this change: ${newest.url}`,
    "If it is wanted after all, reopen it there and run this again, or give --again for a new one.",
  );
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

async function bringUpToDate(forge: Forge, open: PullRequest, text: PullRequestText): Promise<Offered> {
  if (open.title === text.title && sameText(open.body, text.body)) return { state: "unchanged", pullRequest: open };
  return { state: "updated", pullRequest: await forge.update(open.number, text) };
}
