import type { Forge, PullRequest } from "./forge.ts";

/** How the text of a pull request begins that a run has closed itself. That is no "no" to anything. */
const takenBack = "<!-- driftless: taken back -->";

/** True for a pull request that a run has closed itself, or was about to. */
export function isTakenBack({ body }: Pick<PullRequest, "body">): boolean {
  return body.startsWith(takenBack);
}

/** Closes a pull request so that the same change may be offered again. @param why Markdown, above its text. */
export async function takeBack(forge: Forge, { number, title, body }: PullRequest, why: string): Promise<void> {
  if (!isTakenBack({ body })) await forge.update(number, { title, body: `${takenBack}\n${why}\n\n${body}` });
  await forge.close(number);
}
