import type { Approval } from "./forge.ts";

/** A review as GitHub and Gitea list it. */
export interface Review {
  readonly by: string;
  /** In capital letters: `APPROVED`, `CHANGES_REQUESTED`, `REQUEST_CHANGES`, `DISMISSED`, `COMMENTED` … */
  readonly state: string;
  readonly revision: string | undefined;
  readonly at: string | undefined;
}

/** Other reviews say nothing about whether somebody agrees. */
const decisive = new Set(["APPROVED", "CHANGES_REQUESTED", "REQUEST_CHANGES", "DISMISSED"]);

/** The approvals that hold: the last word of each person, where that is one. @param reviews the oldest first. */
export function decisions(reviews: readonly Review[]): readonly Approval[] {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    if (!decisive.has(review.state) || review.by === "") continue;
    last.delete(review.by);
    last.set(review.by, review);
  }
  return [...last.values()]
    .filter(({ state }) => state === "APPROVED")
    .map(({ by, revision, at }) => ({ by, revision, at }));
}
