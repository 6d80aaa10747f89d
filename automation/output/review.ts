import { hasErrors, type Finding } from "../../core/errors/finding.ts";
import { isPassed, type EnvironmentReview, type Review } from "../review/model.ts";
import { actions, acrossClusters, totalCounts } from "./change-set.ts";
import { changeLines } from "./changes.ts";
import { freezeField, freezeLines } from "../status/freeze.ts";
import { earlierLines } from "./approvals.ts";
import { findingLines } from "./findings.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { shortDigest, shortRevision } from "./text.ts";

/** The first line; `mark` marks what is a value. */
export function reviewTitle({ name, base, head }: Review, mark: (text: string) => string): string {
  const own = name === undefined ? "" : ` (${mark(name)})`;
  return `Review${own} of ${mark(shortRevision(head))} against ${mark(shortRevision(base))}`;
}

/** `2 environments, 3 clusters, 1 tenant and 4 applications touched: 3 to create, 1 to delete`. */
export function touchedText({ environments }: Review): string {
  if (environments.length === 0) return "Nothing changes in any environment";
  const distinct = (of: (each: EnvironmentReview) => readonly string[]): number =>
    new Set(environments.flatMap(of)).size;
  const counts = environments.map(({ changes }) => totalCounts(changes));
  const work = actions
    .map((action) => [action, counts.reduce((sum, each) => sum + each[action], 0)] as const)
    .filter(([, number]) => number > 0)
    .map(([action, number]) => `${number} to ${action}`);
  const touched = [
    count(environments.length, "environment"),
    count(
      distinct(({ clusters }) => clusters),
      "cluster",
    ),
    count(
      distinct(({ tenants }) => tenants),
      "tenant",
    ),
  ].join(", ");
  const applications = count(
    distinct(({ applications: own }) => own),
    "application",
  );
  return `${touched} and ${applications} touched: ${work.length === 0 ? "no object changes" : work.join(", ")}`;
}

/** What became of an environment, in a word or two. */
export function stateText({ state }: EnvironmentReview): string {
  return { changed: "changed", unchanged: "unchanged", new: "new", deleted: "document gone", unknown: "not compared" }[
    state
  ];
}

/** `2 errors, 1 warning`; `0` for none. */
export function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const parts = [
    ...(errors === 0 ? [] : [count(errors, "error")]),
    ...(findings.length === errors ? [] : [count(findings.length - errors, "warning")]),
  ];
  return parts.length === 0 ? "0" : parts.join(", ");
}

/** The review as a person reads it. */
export function reviewLines(review: Review, width: number | undefined): readonly Line[] {
  const passed = isPassed(review);
  return [
    ...review.environments.flatMap((each) => [...environmentLines(each, width), []]),
    ...(review.untouched.length === 0 ? [] : [[span("faint", `untouched: ${review.untouched.join(", ")}`)]]),
    ...(review.others.length === 0 ? [] : [[span("faint", `of another repository: ${review.others.join(", ")}`)]]),
    [
      passed ? span("good", "passes") : span("bad", "fails"),
      `  ${reviewTitle(review, (text) => text)}: ${touchedText(review)}`,
    ],
  ];
}

function environmentLines(each: EnvironmentReview, width: number | undefined): readonly Line[] {
  const { name, base, head, changes, findings, risks, notCompared, guards } = each;
  const from = base === undefined || base.revision === head?.revision ? "" : `${shortRevision(base.revision)} → `;
  // What is not new keeps it from being applied all the same.
  const wrong = findings.kept.filter(({ severity }) => severity === "error");
  const pin = head === undefined ? "" : `  ${from}${shortRevision(head.revision)}`;
  const plan = head?.digest === undefined ? "" : `  plan ${shortDigest(head.digest)}`;
  return [
    [span("strong", name), `  ${stateText(each)}${pin}${plan}`],
    ...notCompared.map(({ application, side, why }): Line => [
      span("bad", "not compared"),
      `  ${application ?? name}: at the ${side}, ${why}`,
    ]),
    ...(guards.length === 0 ? [] : [[span("delete", "guards change"), `  ${guards.join(", ")}`]]),
    ...(each.state === "deleted"
      ? [["its document is gone: that deletes nothing, and nobody looks after what it made"]]
      : []),
    ...(each.earlier === undefined || head === undefined ? [] : earlierLines(each.earlier, head.revision)),
    ...freezeLines(each.freeze).map((line): Line => [span("faint", "freeze windows now  "), ...line]),
    ...changeLines(acrossClusters(changes), width),
    ...findingLines([...risks, ...findings.added]),
    ...findingLines(wrong),
    ...(findings.kept.length === wrong.length
      ? []
      : [[span("faint", `as before: ${count(findings.kept.length - wrong.length, "warning")}`)]]),
    ...(findings.fixed.length === 0 ? [] : [[span("good", "mended"), `  ${countFindings(findings.fixed)}`]]),
  ];
}

/** The review as `--json` prints it. */
export function reviewDocument(
  review: Review,
  comment: { readonly number: number; readonly state: string } | null,
): OutputDocument {
  const { environments, ...rest } = review;
  return {
    kind: "Review",
    ...rest,
    passed: isPassed(review),
    comment,
    environments: environments.map(({ changes, freeze, ...each }) => ({
      ...each,
      freeze: freezeField(freeze),
      passed: !hasErrors([...each.findings.added, ...each.findings.kept]) && each.state !== "unknown",
      changes: changes.changes,
    })),
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
