import { errorFinding, type Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { imagesOf } from "../history/images.ts";
import { parseImageReference } from "../manifest/image-reference.ts";
import type { EnvironmentPlan } from "../plan/plan.ts";
import type { PlacedEntry } from "./list.ts";
import type { BlockedEntry } from "./schema.ts";

/** True if an entry keeps something out of an environment now. */
export function holds({ environments, unblocked = [] }: BlockedEntry, environment: string): boolean {
  const isMeant = environments === undefined || environments.includes(environment);
  return isMeant && !unblocked.some((each) => each.environment === environment);
}

/** REVISION_BLOCKED if a commit itself must not be pinned, whatever it makes of the environment. */
export function blockedRevision(
  list: readonly PlacedEntry[],
  environment: string,
  revision: string,
): readonly Finding[] {
  return list.flatMap(({ entry, place }): readonly Finding[] => {
    if (!("revision" in entry) || entry.revision !== revision || !holds(entry, environment)) return [];
    const message = `The commit ${revision.slice(0, 7)} is kept out of ${environment}: ${since(entry)}.`;
    const fix = `Pin another commit. If it is to come back: driftless unblock ${environment} ${revision} --reason "…".`;
    return [errorFinding("REVISION_BLOCKED", message, fix, place)];
  });
}

/**
 * Everything of a plan that must not come in: its commit; applications that are what a blocked commit made of them, whichever
 * commit says so now; and images.
 */
export function blockedInPlan(list: readonly PlacedEntry[], plan: EnvironmentPlan): readonly Finding[] {
  const { environment, revision } = plan;
  const byCommit = blockedRevision(list, environment, revision);
  const rest = list.filter(({ entry }) => holds(entry, environment));
  return [
    ...byCommit,
    ...rest.flatMap((each) => (byCommit.length > 0 ? [] : blockedContents(each, plan))),
    ...rest.flatMap((each) => blockedImages(each, plan)),
  ];
}

function blockedContents({ entry, place }: PlacedEntry, plan: EnvironmentPlan): readonly Finding[] {
  if (!("revision" in entry)) return [];
  const { environment, revision, applications } = plan;
  const digests = entry.contents?.[environment] ?? {};
  const same = applications.filter(({ name, digest }) => Object.hasOwn(digests, name) && digests[name] === digest);
  if (same.length === 0) return [];
  const names = same.map(({ name }) => quote(name)).join(", ");
  const [short, bad] = [revision.slice(0, 7), entry.revision.slice(0, 7)];
  const what = same.length === 1 ? `the application ${names}` : `the applications ${names}`;
  const message = `At ${short}, ${what} would be what the blocked commit ${bad} made of it, kept out of ${environment}: ${since(entry)}.`;
  const fix = `Pin a commit that reverts or mends it. If it is to come back: driftless unblock ${environment} ${entry.revision} --reason "…".`;
  return [errorFinding("REVISION_BLOCKED", message, fix, place)];
}

function blockedImages({ entry, place }: PlacedEntry, plan: EnvironmentPlan): readonly Finding[] {
  if (!("image" in entry)) return [];
  const { environment } = plan;
  const users = plan.applications.filter((each) => imagesOf(each).some((image) => isSameImage(image, entry.image)));
  if (users.length === 0) return [];
  const names = users.map(({ name }) => quote(name)).join(", ");
  const what = users.length === 1 ? `the application ${names}` : `the applications ${names}`;
  const message = `The image ${entry.image} of ${what} is kept out of ${environment}: ${since(entry)}.`;
  const fix = `Use another one. If it is to come back: driftless unblock ${environment} ${entry.image} --reason "…".`;
  return [errorFinding("IMAGE_BLOCKED", message, fix, place)];
}

/** Why an image is kept out of an environment; undefined if it is not. */
export function whyBlocked(list: readonly PlacedEntry[], environment: string, image: string): string | undefined {
  const found = list.find(
    ({ entry }) => "image" in entry && holds(entry, environment) && isSameImage(image, entry.image),
  );
  return found === undefined ? undefined : `kept out of ${environment}: ${since(found.entry)}`;
}

/** True if an image is the blocked one: by digest where both have one, else by tag. */
export function isSameImage(image: string, blocked: string): boolean {
  const [used, bad] = [parseImageReference(image), parseImageReference(blocked)];
  if (used.name !== bad.name) return false;
  if (used.digest !== undefined && bad.digest !== undefined) return used.digest === bad.digest;
  return bad.tag !== undefined ? used.tag === bad.tag : false;
}

function since({ reason, by, at }: BlockedEntry): string {
  return `${reason.replace(/[.\s]+$/, "")} (${by}, ${at.slice(0, 10)})`;
}
