import type { ObjectChange } from "../../core/plan/change.ts";
import { formatPlace, type Finding } from "../../core/errors/finding.ts";
import {
  adoptionText,
  countByOwner,
  describeCounts,
  objectName,
  ownerName,
  severalClusters,
  shownActions,
  totalCounts,
  type ChangeSet,
} from "./change-set.ts";
import { diffLines } from "./markdown-diff.ts";
import { formatDocument } from "./markdown-document.ts";
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
  /** Whether the changes are still to come. Default: future. */
  readonly tense?: Tense;
}

type Tense = "future" | "past";

/** Deletions, replacements and findings that are listed above the details; the rest is counted. */
const mostListed = 50;

/** The comment: a summary table, then what is deleted or replaced, then the details of each owner, folded. */
export function formatComment(comment: Comment): string {
  const tense = comment.tense ?? "future";
  const { changes } = comment.changes;
  const sentence = describeCounts(totalCounts(comment.changes), tense);
  const head = [
    `### ${comment.title}`,
    "",
    `**${sentence === "" ? "Nothing to change" : sentence}**`,
    ...(comment.notes ?? []).flatMap((note) => ["", note]),
    ...paragraph(findingItems(comment.findings ?? [])),
    ...paragraph(changes.length === 0 ? [] : table(comment.changes)),
    ...paragraph(losses(changes, tense)),
    ...paragraph(others(changes, tense)),
  ];
  const withCluster = severalClusters(changes);
  const byOwner = Map.groupBy(changes, ({ owner }) => owner);
  const details = countByOwner(comment.changes)
    .map(({ owner, counts }) => ({
      summary: `${ownerName(owner)}: ${describeCounts(counts, tense)}`,
      language: "diff" as const,
      lines: (byOwner.get(owner) ?? []).flatMap((change) => diffLines(change, withCluster)),
    }))
    .filter(({ lines }) => lines.length > 0);
  return formatDocument(comment.marker, head, details);
}

/** Findings as items of a list. */
export function findingItems(findings: readonly Finding[]): string[] {
  const items = findings.slice(0, mostListed).map(({ severity, code: name, place, message, fix }) => {
    const where = place === undefined ? "" : `${code(formatPlace(place))}: `;
    return `- ${severity === "error" ? "❌" : "⚠️"} **${name}** ${where}${html(message)} _${html(fix)}_`;
  });
  return [...items, ...remaining("- ", findings.length)];
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

function losses(changes: readonly ObjectChange[], tense: Tense): string[] {
  const lost = changes.filter((change) => change.action === "delete" || change.action === "replace");
  if (lost.length === 0) return [];
  const withCluster = severalClusters(changes);
  const verb = tense === "future" ? "is" : "was";
  const items = lost.slice(0, mostListed).map((change) => {
    const fate = change.action === "delete" ? `${verb} deleted` : `${verb} deleted and created again`;
    return `> - ${code(objectName(change, withCluster))} ${fate}`;
  });
  return ["> [!CAUTION]", ...items, ...remaining("> - ", lost.length)];
}

/** What is taken over, and what is let go: neither is seen in Git. */
function others(changes: readonly ObjectChange[], tense: Tense): string[] {
  const listed = changes.filter(({ action }) => action === "adopt" || action === "release");
  if (listed.length === 0) return [];
  const withCluster = severalClusters(changes);
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

function remaining(prefix: string, count: number): string[] {
  return count > mostListed ? [`${prefix}and ${count - mostListed} more`] : [];
}
