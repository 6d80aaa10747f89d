import type { PublishedChange } from "../forge/publish-change.ts";
import { span, type Line } from "./line.ts";

/** A change on the branch that it goes to, or on one for review; or a word for why it is nowhere. */
export type Publication = PublishedChange | "nothing" | "refused" | "dry-run" | "declined";

/**
 * What `--json` says of a change: the same fields whatever became of it, null where there is nothing.
 * @param base The branch that it would go to, as far as that is known before it is published.
 */
export function publicationFields(published: Publication, base: string | undefined) {
  const nowhere = { repository: null, branch: null, base: base ?? null, revision: null, pullRequest: null };
  if (typeof published === "string") return { state: published, ...nowhere };
  const { state, repository, branch, revision, pullRequest } = published;
  return {
    ...{ state, repository, branch, base: published.base },
    revision: revision ?? null,
    pullRequest: pullRequest?.pullRequest ?? null,
  };
}

/** Where a change is now, for a person. @param next What is to be run once its branch says it. */
export function publishedLines(
  { state, branch, base, repository, pullRequest }: PublishedChange,
  next: string,
): readonly Line[] {
  if (state === "same") return [[`${base} of ${repository} says so already; next: ${next}`]];
  if (state === "direct") return [[`committed to ${base} of ${repository}; next: ${next}`]];
  const what = pullRequest === undefined ? `branch ${branch} of ${repository}` : pullRequest.pullRequest.url;
  return [[span("good", state), ` ${what}`], [`once it is merged: ${next}`]];
}
