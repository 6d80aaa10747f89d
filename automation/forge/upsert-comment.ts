import { ask, type ForgeContext } from "./failure.ts";
import type { Upserted } from "./forge.ts";
import { problemOf } from "./problem.ts";

/** A comment on a pull request. */
export interface ForgeComment {
  readonly id: number;
  readonly body: string;
  /** Id of the account that wrote it; undefined where that is gone. */
  readonly author: number | undefined;
}

/** How a forge's comments are read and written. */
export interface Comments {
  /** The oldest first. */
  list(): Promise<readonly ForgeComment[]>;
  create(): Promise<ForgeComment>;
  edit(id: number, body: string): Promise<void>;
  /** Id of the account whose token it is; undefined where the forge does not say. A refusal (403, 404) says nothing either. */
  self(): Promise<number | undefined>;
}

/** What is left of a comment of ours that could not be told to be ours before a newer one was written. */
const outdated = "_Outdated: there is a newer one below._";

/**
 * Writes a comment, or brings the first one up to date that begins with the same marker and that this account wrote.
 * Markers are in plain sight, so that anybody can copy one: what another account wrote is never taken for ours. Where the
 * forge does not say who we are, a new comment is written, whose author then tells which earlier ones are outdated.
 */
export function upsertComment(
  context: ForgeContext,
  marker: string,
  body: string,
  comments: Comments,
): Promise<Upserted> {
  if (!body.startsWith(marker)) throw new RangeError("a comment begins with its marker");
  return ask(context, "comment on a pull request", async () => {
    const marked = (await comments.list()).filter((each) => each.body.startsWith(marker));
    const self = marked.length === 0 ? undefined : await selfOf(context, comments);
    const own = marked.filter(({ author }) => author !== undefined && author === self);
    // Forges may write the ends of lines anew.
    if (own.some((each) => sameText(each.body, body))) return "unchanged";
    const [first] = own;
    if (first !== undefined) {
      await comments.edit(first.id, body);
      return "updated";
    }
    const { author } = await comments.create();
    const earlier = marked.filter((each) => author !== undefined && each.author === author);
    for (const { id } of earlier) await comments.edit(id, outdated);
    return "created";
  });
}

async function selfOf({ now }: ForgeContext, comments: Comments): Promise<number | undefined> {
  try {
    return await comments.self();
  } catch (error) {
    const { status, isLimit } = problemOf(error, now());
    if (!isLimit && (status === 403 || status === 404)) return undefined;
    throw error;
  }
}

/** True if two texts differ in nothing but the ends of their lines. */
export function sameText(left: string, right: string): boolean {
  return left.replaceAll("\r\n", "\n").trim() === right.replaceAll("\r\n", "\n").trim();
}
