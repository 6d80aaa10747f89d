import { whyBlocked } from "../../core/blocked/judge.ts";
import type { PlacedEntry } from "../../core/blocked/list.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { countingTags, rankTags, type Ranking } from "../../core/images/rank.ts";
import type { ImageSubject } from "../../core/images/subjects.ts";
import { formatImageReference, type ImageReference } from "../../core/manifest/image-reference.ts";
import { atOnce } from "../registry/at-once.ts";
import type { Registries } from "../registry/client.ts";
import type { KnownDates } from "../registry/known-dates.ts";

/** What is known of an image of an application. */
export interface LookedImage extends ImageSubject {
  /** The version that it is to become; absent where it stays. */
  readonly now?: ImageReference;
  /** The digest that leads to it, whether it is written or not. */
  readonly digest?: string;
  /** The best tag that the policy allows, whether it is newer or not; absent where none is, or was asked for. */
  readonly best?: string;
  /** How many tags are newer. */
  readonly newer: number;
  /** Newer tags that are not taken, and why. */
  readonly skipped: readonly { readonly tag: string; readonly reason: string }[];
  /** The digest that its tag leads to by now, if that is not the one that it runs; null if the tag is gone. */
  readonly moved?: string | null;
  /** Why nothing can be said. */
  readonly problem?: Finding;
}

/** What looking takes. */
export interface LookContext {
  readonly registries: Registries;
  readonly blocked: readonly PlacedEntry[];
  readonly environment: string;
  readonly dates: KnownDates;
}

/** Images of which registries are asked at the same time, and tags of an image. */
const atATime = 4;
/** Tags whose dates are asked for: two to four requests each, the first time. */
const mostDated = 200;

/** Looks for newer versions of images. What cannot be found out of one keeps no other from being looked at. */
export async function lookForImages(
  subjects: readonly ImageSubject[],
  context: LookContext,
): Promise<readonly LookedImage[]> {
  // Several applications may run the same image by the same policy.
  const groups = [...Map.groupBy(subjects, ({ present, policy }) => JSON.stringify([present.name, policy])).values()];
  const looked = await atOnce(groups, atATime, (group) => lookForGroup(group, context));
  await context.dates.save();
  const all = new Map(looked.flat().map((each) => [keyOf(each), each]));
  return subjects.flatMap((subject) => all.get(keyOf(subject)) ?? []);
}

function keyOf({ application, present }: ImageSubject): string {
  return `${application} ${formatImageReference(present)}`;
}

async function lookForGroup(group: readonly ImageSubject[], context: LookContext): Promise<readonly LookedImage[]> {
  try {
    return await lookFor(group, context);
  } catch (error) {
    if (!(error instanceof DriftlessError) || error.code === "INTERRUPTED") throw error;
    const [problem] = error.findings;
    return group.map((subject) => ({ ...subject, newer: 0, skipped: [], problem }));
  }
}

async function lookFor(group: readonly ImageSubject[], context: LookContext): Promise<readonly LookedImage[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { registries } = context;
  const { policy, present } = first;
  const { name } = present;
  const digests = new Map<string, Promise<string | undefined>>();
  const digestOf = (tag: string): Promise<string | undefined> => {
    const known = digests.get(tag) ?? registries.digest(name, tag);
    digests.set(tag, known);
    return known;
  };
  const about = { context, digestOf };
  if (policy.follow !== undefined) {
    const { follow } = policy;
    const digest = await digestOf(follow);
    if (digest === undefined) throw noTag(name, follow);
    return group.map((subject) => followed(subject, { name, tag: follow, digest }, context));
  }
  const { tags } = await registries.tags(name);
  const presents = group.flatMap((each) => each.present.tag ?? []);
  const created =
    policy.order === "newest"
      ? await datesOf([...countingTags(policy, tags), ...presents.filter((tag) => tags.includes(tag))], name, about)
      : new Map<string, Date>();
  return Promise.all(
    group.map((subject) => {
      return choose(subject, rankTags(policy, { tags, present: subject.present.tag, created }), about);
    }),
  );
}

interface About {
  readonly context: LookContext;
  readonly digestOf: (tag: string) => Promise<string | undefined>;
}

async function choose(subject: ImageSubject, ranking: Ranking, about: About): Promise<LookedImage> {
  const { policy, present } = subject;
  const { allowed, newer, unclear } = ranking;
  const [best] = allowed;
  const skipped: { tag: string; reason: string }[] = [];
  const looked = { ...subject, newer: newer.length, skipped, ...(best === undefined ? {} : { best }) };
  if (unclear !== undefined) return { ...looked, problem: unclearFinding(subject, unclear, best) };
  for (const tag of newer) {
    const digest = await about.digestOf(tag);
    const isPinned = policy.digest ?? present.digest !== undefined;
    const now = { name: present.name, tag, ...(isPinned && digest !== undefined ? { digest } : {}) };
    const reason = digest === undefined ? "it is listed, and not there" : blockedReason({ ...now, digest }, now, about);
    if (reason === undefined) return { ...looked, now, ...(digest === undefined ? {} : { digest }) };
    skipped.push({ tag, reason });
  }
  if (present.tag === undefined || !(present.digest !== undefined || policy.digest === true)) return looked;
  const digest = await about.digestOf(present.tag);
  if (present.digest === undefined)
    return digest === undefined ? looked : { ...looked, digest, now: { ...present, digest } };
  return digest === present.digest ? looked : { ...looked, moved: digest ?? null };
}

/** What is written may be without its digest, and is kept out by either. */
function blockedReason(whole: ImageReference, written: ImageReference, { context }: About): string | undefined {
  const { blocked, environment } = context;
  return [whole, written]
    .map((image) => whyBlocked(blocked, environment, formatImageReference(image)))
    .find((reason) => reason !== undefined);
}

function followed(subject: ImageSubject, now: ImageReference, { blocked, environment }: LookContext): LookedImage {
  const looked = { ...subject, newer: 0, skipped: [], ...(now.tag === undefined ? {} : { best: now.tag }) };
  if (formatImageReference(now) === formatImageReference(subject.present)) return looked;
  const reason = whyBlocked(blocked, environment, formatImageReference(now));
  if (reason === undefined)
    return { ...looked, newer: 1, now, ...(now.digest === undefined ? {} : { digest: now.digest }) };
  return { ...looked, newer: 1, skipped: [{ tag: `${now.tag ?? ""}@${now.digest ?? ""}`, reason }] };
}

/** When the images of tags were made: by digest, so that an image with many tags is asked for once. */
async function datesOf(
  tags: readonly string[],
  name: string,
  { context, digestOf }: About,
): Promise<Map<string, Date>> {
  const wanted = [...new Set(tags)];
  if (wanted.length > mostDated) {
    throw failure(
      "IMAGES_REFUSED",
      `${wanted.length} tags of ${name} count, and by when they were made at most ${mostDated} can be compared: each has to be asked for.`,
      "Narrow `tags`, or put what can be compared into tags and use another order.",
    );
  }
  const dated = await atOnce(wanted, atATime, async (tag) => {
    const digest = await digestOf(tag);
    if (digest === undefined) return undefined;
    const date = await context.dates.of(digest, () => context.registries.created(name, digest));
    return date === undefined ? undefined : ([tag, date] as const);
  });
  return new Map(dated.filter((each) => each !== undefined));
}

function unclearFinding(
  { application, present, policy }: ImageSubject,
  why: string,
  best: string | undefined,
): Finding {
  const hint = best === undefined ? "" : `; the best tag by its policy is ${best}`;
  const error = failure(
    "IMAGES_REFUSED",
    `${why}, so nobody can tell what is newer than ${formatImageReference(present)} of ${application}${hint}.`,
    policy.order === "newest"
      ? "Set a tag by hand that `tags` takes and the registry has; from then on newer ones are found."
      : "Set a tag by hand that the policy can compare; from then on newer ones are found.",
  );
  return error.findings[0];
}

function noTag(name: string, tag: string): Error {
  return failure("IMAGE_NOT_FOUND", `${name} has no tag ${tag}.`, "Correct `follow`, or push the tag first.");
}
