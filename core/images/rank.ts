import semver from "semver";
import type { ImagePolicy } from "../environment/spec.ts";
import { quote } from "../errors/quote.ts";
import { tagReader, type TagReader } from "./pattern.ts";

/** What there is, for a policy. */
export interface Available {
  readonly tags: readonly string[];
  /** The tag that is in use; undefined for an image without one. */
  readonly present: string | undefined;
  /** When images were made, by tag; only for the order `newest`. */
  readonly created?: ReadonlyMap<string, Date>;
}

/** What a policy makes of the tags of a repository. */
export interface Ranking {
  /** Tags that the policy allows, the best first. */
  readonly allowed: readonly string[];
  /** Those of them that are newer than the present one. */
  readonly newer: readonly string[];
  /** Why nobody can tell whether anything is newer; then `newer` is empty. */
  readonly unclear?: string;
}

/** How tags are compared: what is compared of each, undefined for those that do not count. */
interface Scale<Key> {
  readonly keyOf: (tag: string) => Key | undefined;
  readonly compare: (left: Key, right: Key) => number;
  /** True for what the policy allows, of everything that can be compared. */
  readonly allows: (key: Key) => boolean;
  /** What a tag without a key is not. */
  readonly what: string;
}

/** Puts the tags of a repository in order by a policy. Nothing that is not newer than the present tag is ever among `newer`. */
export function rankTags(policy: ImagePolicy, available: Available): Ranking {
  const read = tagReader(policy);
  if (policy.semver !== undefined) return rank(versions(policy.semver, read), available);
  if (policy.order === "numeric") return rank(numbers(read), available);
  if (policy.order === "newest") return rank(dates(read, available.created ?? new Map<string, Date>()), available);
  return rank(texts(read), available);
}

/** Tags that count for a policy, whichever is the best. */
export function countingTags(policy: ImagePolicy, tags: readonly string[]): readonly string[] {
  const read = tagReader(policy);
  return tags.filter((tag) => read(tag) !== undefined);
}

function rank<Key>(scale: Scale<Key>, { tags, present }: Available): Ranking {
  const keyed = [...new Set(tags)].flatMap((tag) => {
    const key = scale.keyOf(tag);
    return key === undefined || !scale.allows(key) ? [] : [{ tag, key }];
  });
  keyed.sort((left, right) => scale.compare(right.key, left.key) || spelling(present, left.tag, right.tag));
  const allowed = keyed.map(({ tag }) => tag);
  if (present === undefined) return { allowed, newer: [], unclear: "It has no tag" };
  const key = scale.keyOf(present);
  if (key === undefined) return { allowed, newer: [], unclear: `Its tag ${quote(present)} ${scale.what}` };
  return { allowed, newer: keyed.filter((each) => scale.compare(each.key, key) > 0).map(({ tag }) => tag) };
}

/** Of two tags that mean the same, the one that is written like the present one comes first. */
function spelling(present: string | undefined, left: string, right: string): number {
  const hasMark = (tag: string): boolean => /^v/i.test(tag);
  if (present !== undefined && hasMark(left) !== hasMark(right)) return hasMark(left) === hasMark(present) ? -1 : 1;
  return left < right ? 1 : left > right ? -1 : 0;
}

function versions(written: string, read: TagReader): Scale<semver.SemVer> {
  const range = new semver.Range(written);
  const loose = new semver.Range(written, { includePrerelease: true });
  const asks = asksForPreReleases(written);
  return {
    keyOf: (tag) => semver.parse(read(tag) ?? "") ?? undefined,
    compare: (left, right) => semver.compare(left, right),
    // 2.0.0-rc.1 comes before 2.0.0, and yet nobody means it who writes "<2.0.0".
    allows: (version) =>
      range.test(version) ||
      (asks && loose.test(version) && loose.test(`${version.major}.${version.minor}.${version.patch}`)),
    what: "is no semantic version",
  };
}

/** True for a range with a pre-release in it. Dashes with spaces around them are from one version to another. */
function asksForPreReleases(range: string): boolean {
  return /[0-9]-[0-9A-Za-z]/.test(range);
}

function numbers(read: TagReader): Scale<bigint> {
  return {
    keyOf: (tag) => {
      const text = read(tag) ?? "";
      return /^[0-9]{1,100}$/.test(text) ? BigInt(text) : undefined;
    },
    compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0),
    allows: () => true,
    what: "is no number by `tags`",
  };
}

function texts(read: TagReader): Scale<string> {
  return {
    keyOf: read,
    compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0),
    allows: () => true,
    what: "is none that `tags` takes",
  };
}

function dates(read: TagReader, created: ReadonlyMap<string, Date>): Scale<number> {
  return {
    keyOf: (tag) => (read(tag) === undefined ? undefined : created.get(tag)?.getTime()),
    compare: (left, right) => left - right,
    allows: () => true,
    what: "is none that `tags` takes, or nobody knows when its image was made",
  };
}
