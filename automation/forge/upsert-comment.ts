import { ask, type ForgeContext } from "./failure.ts";
import type { Upserted } from "./forge.ts";
import { problemOf } from "./problem.ts";

/** How a forge's comments are read and written. */
export interface Comments {
  list(): Promise<readonly { readonly id: number; readonly body: string }[]>;
  create(): Promise<void>;
  edit(id: number): Promise<void>;
}

/** Writes a comment, or brings the first one up to date that begins with the same marker and may be changed by us. */
export function upsertComment(
  context: ForgeContext,
  marker: string,
  body: string,
  comments: Comments,
): Promise<Upserted> {
  if (!body.startsWith(marker)) throw new RangeError("a comment begins with its marker");
  return ask(context, "comment on a pull request", async () => {
    const marked = (await comments.list()).filter((each) => each.body.startsWith(marker));
    // Forges may write the ends of lines anew.
    if (marked.some((each) => sameText(each.body, body))) return "unchanged";
    for (const { id } of marked) {
      try {
        await comments.edit(id);
        return "updated";
      } catch (error) {
        // Somebody else's, who has copied the marker.
        if (problemOf(error, context.now()).status !== 403) throw error;
      }
    }
    await comments.create();
    return "created";
  });
}

/** True if two texts differ in nothing but the ends of their lines. */
export function sameText(left: string, right: string): boolean {
  return left.replaceAll("\r\n", "\n").trim() === right.replaceAll("\r\n", "\n").trim();
}
