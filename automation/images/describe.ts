import { ownerClosure } from "../../core/freeze/of-spec.ts";
import type { Purpose } from "../../core/git/publish.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import { policyText } from "../../core/images/subjects.ts";
import { formatImageReference } from "../../core/manifest/image-reference.ts";
import { changesBetween } from "../commands/diff.ts";
import type { Change } from "../forge/publish-change.ts";
import { code, html } from "../output/markdown-escape.ts";
import { formatComment } from "../output/markdown.ts";
import { applicationsKey, changeKey, contentDigest, uniqueImages, violationNotes } from "../promote/describe.ts";
import type { Session } from "../session.ts";
import type { ImageUpdate, ImageWork } from "./work.ts";

/** The branch for review: the same for the same applications, whatever is newer. */
export function imagesBranch({ target, named }: Pick<ImageWork, "target" | "named">): string {
  return `${branchesOf(target)}${applicationsKey(named)}`;
}

/** True for a branch for review of these applications, or, if they are all, of any of them. */
export function isImagesBranch(branch: string, work: Pick<ImageWork, "target" | "named">): boolean {
  return work.named === undefined ? branch.startsWith(branchesOf(work.target)) : branch === imagesBranch(work);
}

function branchesOf({ spec }: ImageWork["target"]): string {
  return `driftless/images/${spec.name}/`;
}

/** First line of a pull request's text. @param key Equal for equal changes. */
export function imagesMarker(environment: string, key: string): string {
  return `images ${environment} ${key}`;
}

/** What a commit of newer images of an environment is for. */
export function imagesPurpose(environment: string): Purpose {
  return { "Driftless-Action": "images", "Driftless-To": environment };
}

/** The change as it is published. */
export function imagesChange({ project }: Session, update: ImageUpdate): Change {
  const { target, writer, before, files, after, wanted } = update;
  const { source, forges, name } = target.spec;
  const url = parseRepositoryUrl(source.repo, source.local, project);
  return {
    place: { writer, url, base: source.branch, revision: before.plan.revision, files },
    title: titleOf(update),
    body: uniqueImages(wanted).map(
      ({ application, old, now }) => `${application}: ${formatImageReference(old)} → ${formatImageReference(now)}`,
    ),
    purpose: imagesPurpose(name),
    trailers: { "Driftless-Content": contentDigest(after.plan) },
    forges,
    pullRequest: () => textOf(update),
  };
}

function titleOf({ target, wanted }: ImageUpdate): string {
  const images = uniqueImages(wanted);
  const [first, second] = images;
  const what =
    first !== undefined && second === undefined
      ? `${first.old.name.split("/").at(-1) ?? ""} to ${first.now.tag ?? first.now.digest?.slice(0, 19) ?? ""}`
      : `${images.length} images`;
  return `Update ${what} in ${target.spec.name}`;
}

function textOf(update: ImageUpdate): string {
  const { target, wanted, before, after, images, violations, now } = update;
  const { name } = target.spec;
  const isWanted = new Set(wanted.map(({ application, old }) => `${application} ${formatImageReference(old)}`));
  const rows = images
    .filter(({ application, present }) => isWanted.has(`${application} ${formatImageReference(present)}`))
    .flatMap(({ application, present, now: next, digest, policy, newer, skipped }) => {
      if (next === undefined) return [];
      const others = newer > 1 ? `, ${newer} newer tags` : "";
      const exactly = digest === undefined || next.digest !== undefined ? "" : `, now ${code(digest)}`;
      return [
        `- ${code(application)}: ${code(formatImageReference(present))} becomes ${code(formatImageReference(next))} (${code(policyText(policy))}${others}${exactly})`,
        ...skipped.map(({ tag, reason }) => `  - not ${code(tag)}: ${html(reason)}`),
      ];
    });
  const frozen = [...new Set(wanted.map(({ application }) => application))]
    .map((application) => ownerClosure(target.spec, `application/${application}`, now))
    .find((closure) => closure !== undefined);
  const until = frozen?.until === undefined ? "" : ` until ${frozen.until.toISOString()}`;
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const checklist = [
    `- [${mandatory === 0 ? "x" : " "}] policy: ${mandatory} mandatory and ${violations.length - mandatory} advisory violations`,
    "- [ ] somebody has read the difference below",
    `- [ ] after the merge: ${code(`driftless pin ${name}`)}, then ${code(`driftless up ${name}`)}`,
  ];
  const what = uniqueImages(wanted).map((each) => formatImageReference(each.now));
  return formatComment({
    marker: imagesMarker(name, changeKey(["images", what.sort()])),
    title: titleOf(update),
    notes: [
      rows.join("\n"),
      `Content: ${code(contentDigest(after.plan))}`,
      ...(frozen === undefined ? [] : [`⚠️ ${code(name)} is frozen${until}, by ${code(frozen.field)}.`]),
      ...(target.spec.promotion === undefined
        ? []
        : [
            `⚠️ ${code(name)} takes changes from ${code(target.spec.promotion.from)}, and nobody has looked whether these run there.`,
          ]),
      checklist.join("\n"),
      ...violationNotes(violations),
    ],
    changes: changesBetween(before.plan, after.plan),
  });
}
