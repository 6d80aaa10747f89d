import { parseRepositoryUrl } from "../../core/git/url.ts";
import { isOurOffer } from "../../core/git/publish.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { BranchTip } from "../../core/git/writer.ts";
import type { Forge, PullRequest } from "../forge/forge.ts";
import { openForge } from "../forge/open.ts";
import { isTakenBack, takeBack } from "../forge/take-back.ts";
import { isMarked, markerLine } from "../output/markdown-document.ts";
import { code, html } from "../output/markdown-escape.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { imagesMarker, imagesPurpose, isImagesBranch } from "./describe.ts";
import type { ImageWork } from "./work.ts";

/** Pull requests that nothing is left to do for, and where they are. */
export interface Unneeded {
  readonly forge: Forge;
  readonly pullRequests: readonly PullRequest[];
}

/**
 * Pull requests that earlier runs have opened, to be asked for where nothing is newer any more: those of the applications
 * that were named, else all of the environment. Nobody else's commits are on their branches. What the forge does not let us
 * find is noted: it is no part of any change.
 * @param branch The branch that was asked for, if it was.
 */
export async function findUnneeded(
  session: Session,
  work: ImageWork,
  branch: string | undefined,
): Promise<Unneeded | undefined> {
  const { target, writer } = work;
  const { name, source, forges } = target.spec;
  const isLookedAt = (each: string): boolean => (branch === undefined ? isImagesBranch(each, work) : each === branch);
  const branches = (await writer.branches()).filter(isLookedAt);
  const tips = new Map<string, BranchTip>();
  for (const each of branches) {
    const tip = await writer.tipOf(each);
    if (tip !== undefined && isOurOffer(tip, each, imagesPurpose(name)) && (await isOnlyCommit(work, tip))) {
      tips.set(each, tip);
    }
  }
  if (tips.size === 0) return undefined;
  return noting(session, async () => {
    const url = parseRepositoryUrl(source.repo, source.local, session.project);
    const forge = await openForge(url, forges, { ...session.io, now: () => session.io.now() });
    const pullRequests: PullRequest[] = [];
    for (const [head, { revision }] of tips) {
      const found = await forge.find(head, source.branch);
      pullRequests.push(...found.filter((each) => isOurs(each, name) && each.revision === revision));
    }
    return pullRequests.length === 0 ? undefined : { forge, pullRequests };
  });
}

/** Closes them, each with a comment that says why. Returns those that are closed. */
export async function closeUnneeded(
  session: Session,
  work: ImageWork,
  { forge, pullRequests }: Unneeded,
): Promise<readonly PullRequest[]> {
  const closed: PullRequest[] = [];
  await noting(session, async () => {
    const why = reasonOf(work);
    const marker = markerLine(`images ${work.target.spec.name} closed`);
    for (const each of pullRequests) {
      session.progress.step(`closing ${each.url}`);
      await forge.comment(each.number, marker, `${marker}\n${why}`);
      await takeBack(forge, each, why);
      closed.push(each);
    }
  });
  return closed;
}

/** True for one commit on top of what the branch has, or had, that it is to go to, and which is not merged. */
async function isOnlyCommit({ writer, before }: ImageWork, { revision, parents }: BranchTip): Promise<boolean> {
  const [parent, ...others] = parents;
  const base = before.plan.revision;
  if (parent === undefined || others.length > 0 || !(await writer.follows(base, parent))) return false;
  return !(await writer.follows(base, revision));
}

function isOurs(pullRequest: PullRequest, environment: string): boolean {
  const isMine = isTakenBack(pullRequest) || isMarked(pullRequest.body, imagesMarker(environment, ""));
  return pullRequest.state === "open" && isMine;
}

function reasonOf({ target, before, images }: ImageWork): string {
  const { name, source } = target.spec;
  const at = `${code(source.branch)} (${code(shortRevision(before.plan.revision))})`;
  const skipped = images.flatMap(({ application, present, skipped: tags }) =>
    tags.map(({ tag, reason }) => `- ${code(application)}: not ${code(`${present.name}:${tag}`)}: ${html(reason)}`),
  );
  const state =
    images.length === 0
      ? `no image of ${code(name)} has a policy any more`
      : `every image of ${code(name)} is the newest one that its policy allows`;
  return [
    `Closed by ${code(`driftless images ${name}`)}: at ${at}, ${state}.`,
    ...(skipped.length === 0 ? [] : ["", ...skipped]),
  ].join("\n");
}

async function noting<Value>({ io, progress }: Session, work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    // A repository of which no forge is known has no pull requests.
    if (error.code !== "FORGE_UNKNOWN") {
      progress.note(`pull requests that are not needed any more may still be open: ${error.findings[0].message}`);
    }
    return undefined;
  }
}
