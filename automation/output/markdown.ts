import { formatPlace, type Finding } from "../../core/errors/finding.ts";
import type { HookRun } from "../engine/types.ts";
import {
  adoptionText,
  countByOwner,
  describeWork,
  hooksByOwner,
  objectName,
  ownerName,
  severalClusters,
  shownActions,
  type ChangeSet,
} from "./change-set.ts";
import { summary } from "./changes.ts";
import { diffLines, hookDiffLine } from "./markdown-diff.ts";
import { formatDocument, type Details } from "./markdown-document.ts";
import { cellCode, code, html } from "./markdown-escape.ts";

/** What a comment on a pull request says about changes. */
export interface Comment {
  /** Names the comment, so that a bot can find and update its own: `preview dev`. */
  readonly marker: string;
  /** First line, as Markdown; values in it come through `code`. */
  readonly title: string;
  /** Paragraphs under the title, as Markdown. */
  readonly notes?: readonly string[];
  readonly changes: ChangeSet;
  readonly findings?: readonly Finding[];
  /** How the applications are, as lines of Markdown. */
  readonly applications?: readonly string[];
  /** Whether the changes are still to come. Default: future. */
  readonly tense?: Tense;
}

/** Whether something is still to come. */
export type Tense = "future" | "past";

/** Deletions, replacements and findings that are listed above the details; the rest is counted. */
const mostListed = 50;

/** The comment: a summary table, then what is deleted or replaced, then the details of each owner, folded. */
export function formatComment(comment: Comment): string {
  const tense = comment.tense ?? "future";
  const { changes } = comment.changes;
  const head = [
    `### ${comment.title}`,
    "",
    `**${html(capital(summary(comment.changes, tense)))}**`,
    ...(comment.notes ?? []).flatMap((note) => ["", note]),
    ...paragraph(findingItems(comment.findings ?? [])),
    ...paragraph(comment.applications ?? []),
    ...paragraph(changes.length === 0 ? [] : table(comment.changes)),
    ...paragraph(losses(comment.changes, tense)),
    ...paragraph(others(comment.changes, tense)),
  ];
  return formatDocument(comment.marker, head, changeDetails(comment.changes, tense));
}

/** A folded part for each owner that changes. */
export function changeDetails(set: ChangeSet, tense: Tense): readonly Details[] {
  const withCluster = severalClusters(set);
  const byOwner = Map.groupBy(set.changes, ({ owner }) => owner);
  const hooksOf = hooksByOwner(set);
  return countByOwner(set)
    .map(({ owner, counts }) => {
      const { before, after } = hooksOf(owner);
      const objects = (byOwner.get(owner) ?? []).flatMap((change) => diffLines(change, withCluster));
      const lines = (hooks: readonly HookRun[]): string[] => hooks.map((hook) => hookDiffLine(hook, withCluster));
      return {
        summary: `${ownerName(owner)}: ${describeWork(counts, [...before, ...after], tense)}`,
        language: "diff" as const,
        lines: [...lines(before), ...objects, ...lines(after)],
      };
    })
    .filter(({ lines }) => lines.length > 0);
}

/** Findings as items of a list. */
export function findingItems(findings: readonly Finding[]): string[] {
  return listed(findings.map(findingText)).map((text) => `- ${text}`);
}

/** A finding as one line of Markdown: where, what, and what to do. */
export function findingText({ severity, code: name, place, message, fix }: Finding): string {
  const where = place === undefined ? "" : `${code(formatPlace(place))}: `;
  return `${severity === "error" ? "❌" : "⚠️"} **${name}** ${where}${html(message)} _${html(fix)}_`;
}

function paragraph(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

function table(set: ChangeSet): string[] {
  const owners = countByOwner(set);
  const actions = shownActions(owners);
  const names = [...actions, ...(set.same === undefined ? [] : (["same"] as const))];
  return [
    `| | ${names.join(" | ")} |`,
    `|---|${names.map(() => "---:").join("|")}|`,
    ...owners
      .filter(({ counts }) => actions.some((action) => counts[action] > 0))
      .map(
        ({ owner, counts }) => `| ${cellCode(ownerName(owner))} | ${names.map((name) => counts[name]).join(" | ")} |`,
      ),
  ];
}

function losses(set: ChangeSet, tense: Tense): string[] {
  const items = lossItems(set, tense);
  if (items.length === 0) return [];
  return ["> [!CAUTION]", ...listed(items).map((item) => `> - ${item}`)];
}

/** What is deleted or replaced, one text of Markdown for each. */
export function lossItems(set: ChangeSet, tense: Tense): readonly string[] {
  const withCluster = severalClusters(set);
  const verb = tense === "future" ? "is" : "was";
  return set.changes.flatMap((change) => {
    if (change.action !== "delete" && change.action !== "replace") return [];
    const fate = change.action === "delete" ? `${verb} deleted` : `${verb} deleted and created again`;
    return [`${code(objectName(change, withCluster))} ${fate}`];
  });
}

/** As many of the texts as are listed; the rest is counted. */
export function listed(items: readonly string[]): readonly string[] {
  return [...items.slice(0, mostListed), ...remaining("", items.length)];
}

/** What is taken over, and what is let go: neither is seen in Git. */
function others(set: ChangeSet, tense: Tense): string[] {
  const { changes } = set;
  const listed = changes.filter(({ action }) => action === "adopt" || action === "release");
  if (listed.length === 0) return [];
  const withCluster = severalClusters(set);
  const verb = tense === "future" ? "is" : "was";
  const items = listed.slice(0, mostListed).map((change) => {
    const fate =
      change.action === "adopt"
        ? `${html(adoptionText(change))} and ${verb} adopted`
        : `${verb} left on the cluster, no longer managed`;
    return `> - ${code(objectName(change, withCluster))} ${fate}`;
  });
  return ["> [!NOTE]", ...items, ...remaining("> - ", listed.length)];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function remaining(prefix: string, count: number): string[] {
  return count > mostListed ? [`${prefix}and ${count - mostListed} more`] : [];
}
