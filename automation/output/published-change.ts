import type { PublishedChange } from "../forge/publish-change.ts";
import { span, type Line } from "./line.ts";

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
