import { formatImageReference } from "../../core/manifest/image-reference.ts";
import { wantedText } from "../../core/promotion/wanted.ts";
import { changesBetween } from "../commands/diff.ts";
import { contentDigest, uniqueImages, type Promotion } from "../promote/describe.ts";
import { changeLines, summary } from "./changes.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { publicationFields, publishedLines, type Publication } from "./published-change.ts";
import { readableTime, shortDigest, shortRevision } from "./text.ts";

/** What is about to be promoted. */
export function promotionLines(promotion: Promotion, width: number | undefined): readonly Line[] {
  const { from, running, decision, violations, healthy } = promotion;
  const set = changesBetween(decision.before.plan, decision.after.plan);
  const { record, since } = running;
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const health = healthy === undefined ? "" : `, ${healthy} objects healthy`;
  return [
    [span("faint", "from  "), `${from} has run ${shortRevision(record.to)} since ${readableTime(since)}${health}`],
    ...(decision.kind === "pin"
      ? [
          [
            span("faint", "pin   "),
            `${shortRevision(decision.before.plan.revision)} → ${shortRevision(decision.after.plan.revision)}`,
          ],
        ]
      : uniqueImages(decision.images).map((image): Line => [span("faint", "image "), wantedText(image)])),
    ...[...(decision.kind === "images" ? decision.files.keys() : [])].map((file): Line => [
      span("faint", "file  "),
      file,
    ]),
    ...(decision.kind === "pin" ? [[span("faint", "plan  "), shortDigest(decision.after.plan.digest)]] : []),
    [span("faint", "policy"), ` ${mandatory} mandatory and ${violations.length - mandatory} advisory violations`],
    [],
    ...changeLines(set, width),
    [summary(set, "future")],
    [],
  ];
}

/** What became of it, or what would have. */
export function promotionResult(
  promotion: Promotion,
  published: Exclude<Publication, "nothing" | "refused">,
): readonly Line[] {
  if (published === "dry-run") return [["nothing was written (--dry-run)"]];
  if (published === "declined") return [["nothing was written"]];
  const { target, from, named, decision } = promotion;
  const next =
    decision.kind === "pin"
      ? `git pull, then driftless up ${target.name}`
      : `driftless promote ${(named ?? ["--all"]).join(" ")} --from ${from} --to ${target.name}, which moves the pin`;
  return publishedLines(published, next);
}

/** What `--json` prints. */
export function promotionDocument(
  promotion: Promotion,
  published: Exclude<Publication, "nothing" | "refused">,
): OutputDocument {
  const { from, target, running, decision, selected, violations } = promotion;
  return {
    kind: "Promotion",
    from,
    to: target.name,
    applications: [...selected].sort(),
    sourceRevision: running.record.to,
    since: running.since,
    moves: decision.kind,
    images:
      decision.kind === "images"
        ? uniqueImages(decision.images).map(({ old, now }) => ({
            from: formatImageReference(old),
            to: formatImageReference(now),
          }))
        : [],
    pin: decision.kind === "pin" ? { from: decision.before.plan.revision, to: decision.after.plan.revision } : null,
    planDigest: decision.kind === "pin" ? decision.after.plan.digest : null,
    contentDigest: contentDigest(decision.after.plan),
    violations: violations.map(({ level, rule, object, message }) => ({ level, rule, object, message })),
    changes: changesBetween(decision.before.plan, decision.after.plan).changes,
    ...publicationFields(published, decision.kind === "images" ? decision.branch : undefined),
  };
}
