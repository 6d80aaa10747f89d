import { createHash } from "node:crypto";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { formatImageReference } from "../../core/manifest/image-reference.ts";
import { ownerClosure } from "../../core/freeze/of-spec.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { WantedImage } from "../../core/promotion/wanted.ts";
import { changesBetween } from "../commands/diff.ts";
import { code } from "../output/markdown-escape.ts";
import { formatComment } from "../output/markdown.ts";
import { readableTime, shortDigest, shortRevision } from "../output/text.ts";
import type { CheckedViolation } from "../policy/policy.ts";
import type { Decision } from "./decide.ts";
import type { Running } from "./running.ts";

/** What is to be done, and what is known of it. */
export interface Promotion {
  readonly from: string;
  readonly target: EnvironmentSpec;
  readonly running: Running;
  readonly selected: ReadonlySet<string>;
  /** Names of the applications; undefined for all. */
  readonly named: readonly string[] | undefined;
  readonly decision: Exclude<Decision, { readonly kind: "nothing" }>;
  /** Objects that are healthy; undefined if nobody asked. */
  readonly healthy: number | undefined;
  readonly inSync: boolean;
  readonly violations: readonly CheckedViolation[];
  readonly now: Date;
}

/** First line of the commit, and title of the pull request. */
export function titleOf({ from, target, named, decision }: Promotion): string {
  const what =
    named === undefined ? "all applications" : named.length > 3 ? `${named.length} applications` : named.join(", ");
  const how = decision.kind === "pin" ? "pin" : "images";
  return `Promote ${what} from ${from} to ${target.name} (${how})`;
}

/** Name of the branch: the same for the same applications, whatever they are promoted to. */
export function branchOf({ target, named, decision }: Promotion): string {
  return `driftless/promote/${target.name}/${decision.kind}-${applicationsKey(named)}`;
}

/** A set of applications as a part of a branch's name. @param named undefined for all. */
export function applicationsKey(named: readonly string[] | undefined): string {
  const names = [...(named ?? ["all"])].sort();
  const [only = ""] = names;
  const digest = createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 8);
  return names.length === 1 ? only : digest;
}

/** Lines of the commit's body. */
export function bodyOf({ decision, running, from }: Promotion): readonly string[] {
  const { record, since } = running;
  const lines =
    decision.kind === "pin"
      ? [`${decision.before.plan.revision} → ${decision.after.plan.revision}`]
      : uniqueImages(decision.images).map(
          ({ application, old, now }) => `${application}: ${formatImageReference(old)} → ${formatImageReference(now)}`,
        );
  return [...lines, `${from} has run commit ${shortRevision(record.to)} since ${since}.`];
}

/** What programs read of the commit, beside what it is for. */
export function trailersOf({ from, running, decision }: Promotion): Readonly<Record<string, string>> {
  return {
    "Driftless-From": from,
    "Driftless-Source-Revision": running.record.to,
    ...(decision.kind === "pin"
      ? { "Driftless-Plan": decision.after.plan.digest }
      : { "Driftless-Content": contentDigest(decision.after.plan) }),
  };
}

/**
 * `sha256:<hex>` over what the applications are made of. The digest of a plan covers the commit too, and which one a pull
 * request becomes is not known before it is merged.
 */
export function contentDigest({ applications }: Pick<EnvironmentPlan, "applications">): string {
  const text = JSON.stringify(applications.map(({ name, digest }) => [name, digest]).sort());
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The pull request's text; its first line names what it is about, and nobody sees it. */
export function pullRequestBody(promotion: Promotion): string {
  const { from, target, running, decision, healthy, inSync, violations, now } = promotion;
  const { record, since } = running;
  const { before, after } = decision;
  const rules = target.promotion;
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const advisory = violations.length - mandatory;
  const frozen = [...promotion.selected]
    .map((name) => ownerClosure(target, `application/${name}`, now))
    .find((closure) => closure !== undefined);
  const done = (text: string): string => `- [x] ${text}`;
  const open = (text: string): string => `- [ ] ${text}`;
  const checklist = [
    done(`${code(from)} comes before ${code(target.name)}`),
    done(
      `${code(from)} has run ${code(shortRevision(record.to))} since ${readableTime(since)}; asked for: ${rules?.soak ?? "0s"}`,
    ),
    ...(healthy === undefined ? [] : [done(`${healthy} objects in ${code(from)} are healthy`)]),
    ...(inSync ? [done(`nothing in ${code(from)} has drifted`)] : []),
    (mandatory === 0 ? done : open)(`policy: ${mandatory} mandatory and ${advisory} advisory violations`),
    open("somebody has read the difference below"),
    open(
      decision.kind === "pin"
        ? `after the merge: ${code(`driftless up ${target.name}`)}`
        : `after the merge: ${code(`driftless promote ${(promotion.named ?? ["--all"]).join(" ")} --from ${from} --to ${target.name}`)}, which moves the pin`,
    ),
  ];
  const what =
    decision.kind === "pin"
      ? [`Moves the pin of ${code(target.name)} from ${code(before.plan.revision)} to ${code(after.plan.revision)}.`]
      : uniqueImages(decision.images).map(
          ({ old, now: image }) => `${code(formatImageReference(old))} becomes ${code(formatImageReference(image))}.`,
        );
  const until = frozen?.until === undefined ? "" : ` until ${frozen.until.toISOString()}`;
  return formatComment({
    marker: `promote ${target.name} ${keyOf(promotion)}`,
    title: titleOf(promotion),
    notes: [
      ...what,
      decision.kind === "pin" ? `Plan: ${code(after.plan.digest)}` : `Content: ${code(contentDigest(after.plan))}`,
      ...(frozen === undefined ? [] : [`⚠️ ${code(target.name)} is frozen${until}, by ${code(frozen.field)}.`]),
      checklist.join("\n"),
      ...violationNotes(violations),
    ],
    changes: changesBetween(before.plan, after.plan),
  });
}

/** What it is about, as few letters: equal for the same change. */
function keyOf({ decision, selected }: Promotion): string {
  const what =
    decision.kind === "pin"
      ? [decision.before.plan.revision, decision.after.plan.revision]
      : uniqueImages(decision.images).map(({ now }) => formatImageReference(now));
  return changeKey([decision.kind, [...selected].sort(), what]);
}

/** A few letters that are equal for equal changes. */
export function changeKey(about: readonly unknown[]): string {
  return shortDigest(`sha256:${createHash("sha256").update(JSON.stringify(about)).digest("hex")}`);
}

const mostViolations = 20;

/** What policy says of a change, for the text of its pull request. */
export function violationNotes(violations: readonly CheckedViolation[]): readonly string[] {
  if (violations.length === 0) return [];
  const lines = violations.slice(0, mostViolations).map(({ level, rule, what, object }) => {
    return `- ${level === "mandatory" ? "❌" : "⚠️"} ${code(rule)} ${code(object)}: ${code(what)}`;
  });
  const rest = violations.length - mostViolations;
  return [[...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n")];
}

/** Each image once, whoever uses it. */
export function uniqueImages(images: readonly WantedImage[]): readonly WantedImage[] {
  return [...new Map(images.map((each) => [formatImageReference(each.old), each])).values()];
}
