import { RE2JS, RE2JSException } from "re2js";
import type { ImagePolicy } from "../environment/spec.ts";

/** Takes out of a tag what is compared; undefined for a tag that does not count. */
export type TagReader = (tag: string) => string | undefined;

/**
 * How the tags of a policy are read: by its expression, which runs in linear time whoever wrote the tags; else whole.
 * @throws {RE2JSException} where that is no expression.
 */
export function tagReader({ tags }: Pick<ImagePolicy, "tags">): TagReader {
  if (tags === undefined) return (tag) => (isAttached(tag) ? undefined : tag);
  const pattern = RE2JS.compile(tags);
  const group = pattern.namedGroups()["version"] ?? (pattern.groupCount() > 0 ? 1 : undefined);
  return (tag) => {
    const matcher = pattern.matcher(tag);
    if (isAttached(tag) || !matcher.find()) return undefined;
    return group === undefined ? tag : (matcher.group(group) ?? undefined);
  };
}

/** True for tags of what belongs to an image: signatures, attestations, lists of them. They are named by its digest. */
function isAttached(tag: string): boolean {
  return /^sha(256|512)-[0-9a-f]{64}/.test(tag);
}

/** Why a text is no regular expression; undefined if it is one. */
export function patternProblem(text: string): string | undefined {
  try {
    tagReader({ tags: text });
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}
