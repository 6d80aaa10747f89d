import type { Finding } from "../../core/errors/finding.ts";
import type { EnvironmentReview, Review } from "../review/model.ts";
import { acrossClusters, totalCounts } from "./change-set.ts";
import { changeDetails, findingText, listed, lossItems } from "./markdown.ts";
import { formatDocument, longestComment, type Details } from "./markdown-document.ts";
import { cellCode, code, html } from "./markdown-escape.ts";
import { fieldValues } from "./field.ts";
import { formatPlace } from "../../core/errors/finding.ts";
import { countFindings, reviewTitle, stateText, touchedText } from "./review.ts";
import { earlierLines } from "./approvals.ts";
import { lineText } from "./line.ts";
import { freezeLines } from "../status/freeze.ts";
import { readableTime, shortRevision } from "./text.ts";

/** The comment on a pull request: what is lost and what is wrong first, then every application, folded. */
export function reviewComment(marker: string, review: Review, longest: number = longestComment): string {
  const { environments } = review;
  const caution = environments.flatMap(cautions);
  const wrong = environments.flatMap((each) => each.findings.added.map((finding) => about(each, findingText(finding))));
  const still = environments.flatMap((each) =>
    each.findings.kept.filter(isError).map((finding) => about(each, findingText(finding))),
  );
  const missing = environments.flatMap(notCompared);
  const head = [
    `### ${reviewTitle(review, code)}`,
    "",
    `**${html(touchedText(review))}**`,
    ...(environments.length === 0 ? [] : ["", ...table(environments)]),
    ...block("> [!CAUTION]", caution),
    ...block("> [!WARNING]", missing),
    ...(wrong.length === 0 ? [] : ["", "**New with this change:**", "", ...listed(wrong).map(item)]),
    ...(still.length === 0 ? [] : ["", "**Not new, and in the way of an update:**", "", ...listed(still).map(item)]),
    ...paragraphs(review),
  ];
  const seeAll = `${code(`driftless review --base ${review.base} --head ${review.head}`)} in a clone prints all of it.`;
  return formatDocument(marker, head, environments.flatMap(details), { longest, seeAll });
}

function table(environments: readonly EnvironmentReview[]): readonly string[] {
  const columns = [
    "clusters",
    "tenants",
    "applications",
    "create",
    "update",
    "replace",
    "delete",
    "new findings",
    "mended",
  ];
  return [
    `| environment | ${columns.join(" | ")} |`,
    `|---|${columns.map(() => "---:").join("|")}|`,
    ...environments.map((each) => {
      const { create, update, replace, delete: gone } = totalCounts(each.changes);
      const { clusters, tenants, applications, findings } = each;
      const numbers = [clusters.length, tenants.length, applications.length, create, update, replace, gone];
      const state = each.state === "changed" ? "" : ` (${stateText(each)})`;
      const found = findings.added.length === 0 ? 0 : countFindings(findings.added);
      return `| ${cellCode(each.name)}${state} | ${[...numbers, found, findings.fixed.length].join(" | ")} |`;
    }),
  ];
}

/** What is lost, with what stands against it, and what guards the environment and does so no longer. */
function cautions(each: EnvironmentReview): readonly string[] {
  const { changes, risks, guards, state } = each;
  const gone =
    "its document is gone. That deletes nothing: what it made stays on its clusters, and nobody looks after it. `driftless destroy` needs the document";
  return [
    ...(state === "deleted" ? [about(each, gone)] : []),
    ...(guards.length === 0 ? [] : [about(each, `what guards it changes: ${guards.map(code).join(", ")}`)]),
    ...lossItems(acrossClusters(changes), "future").map((text) => about(each, text)),
    ...risks.map((finding) => about(each, findingText(finding))),
  ];
}

function notCompared(each: EnvironmentReview): readonly string[] {
  return each.notCompared.map(({ application, side, why }) => {
    const what = application === undefined ? "" : `${code(application)} `;
    return about(each, `${what}could not be compared: at the ${side}, ${html(why)}`);
  });
}

function about({ name }: EnvironmentReview, text: string): string {
  return `${code(name)}: ${text}`;
}

/** Quoted items under the name that forges colour; the rest is counted. */
function block(kind: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ["", kind, ...listed(items).map((item) => `> - ${item}`)];
}

/** What each plan is, so that it can be approved. */
function paragraphs({ environments, subject, untouched, others, at }: Review): readonly string[] {
  const plans = environments.flatMap((each) => {
    const { name, base, head, approvals } = each;
    if (head === undefined) return [];
    const pins =
      base === undefined || base.revision === head.revision
        ? `pin ${code(shortRevision(head.revision))}`
        : `pin ${code(shortRevision(base.revision))} → ${code(shortRevision(head.revision))}`;
    const digest = head.digest === undefined ? "no plan can be made" : `plan ${code(head.digest)}`;
    const wants =
      approvals === 0 || head.digest === undefined
        ? ""
        : `, ${approvals} to approve it: ${code(`driftless approve ${name} --digest ${head.digest}`)}`;
    const before = each.earlier === undefined ? [] : earlierLines(each.earlier, head.revision);
    return [
      `- ${code(name)}: ${pins}, ${digest}${subject === "project" ? wants : ""}`,
      ...before.map((line) => `  - ${html(lineText(line))}`),
    ];
  });
  const note =
    subject === "project"
      ? []
      : [
          "",
          "_Pins are as if they moved to these commits. The commit that a merge makes is another one, and so is its plan's digest._",
        ];
  const rest = [
    ...(untouched.length === 0 ? [] : [`Untouched: ${untouched.map(code).join(", ")}.`]),
    ...(others.length === 0 ? [] : [`Of another repository: ${others.map(code).join(", ")}.`]),
  ];
  const windows = environments.flatMap(({ name, freeze }) =>
    freezeLines(freeze).map((line) => `- ${code(name)}: ${html(lineText(line))}`),
  );
  const freezes =
    windows.length === 0
      ? []
      : ["", `Freeze windows, as of ${readableTime(at)}; no failure of this change:`, "", ...windows];
  return [
    ...(plans.length === 0 ? [] : ["", ...plans, ...note]),
    ...freezes,
    ...(rest.length === 0 ? [] : ["", rest.join(" ")]),
  ];
}

function details(each: EnvironmentReview): readonly Details[] {
  const { name, settings, findings } = each;
  const kept = findings.kept.filter((finding) => !isError(finding));
  const fields = settings.flatMap((field) => {
    const { before, after } = fieldValues({ kind: "" }, field);
    return [
      ...(before === undefined ? [] : [`- ${field.path}: ${before}`]),
      ...(after === undefined ? [] : [`+ ${field.path}: ${after}`]),
    ];
  });
  const list = (title: string, found: readonly Finding[]): readonly Details[] =>
    found.length === 0
      ? []
      : [{ summary: `${name}: ${title}`, language: "text", lines: listed(found.map(findingLine)) }];
  return [
    ...changeDetails(acrossClusters(each.changes), "future").map((part) => ({
      ...part,
      summary: `${name} / ${part.summary}`,
    })),
    ...(fields.length === 0
      ? []
      : [{ summary: `${name}: settings of the document`, language: "diff" as const, lines: fields }]),
    ...list(`warnings as before (${kept.length})`, kept),
    ...list(`mended (${findings.fixed.length})`, findings.fixed),
  ];
}

function item(text: string): string {
  return `- ${text}`;
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

function findingLine({ severity, code: name, place, message }: Finding): string {
  return `${severity} ${name} ${place === undefined ? "" : `${formatPlace(place)}: `}${message}`;
}
