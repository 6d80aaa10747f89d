import { code, fence, html } from "./markdown-escape.ts";

/** A folded part of a comment. */
export interface Details {
  /** Shown while it is folded; any text. */
  readonly summary: string;
  /** Language of the block inside: `diff` colours lines by their first character. */
  readonly language: "diff" | "text";
  readonly lines: readonly string[];
}

/** Longest comment in characters: GitHub refuses more than 65,536. */
export const longestComment = 60_000;

const notice = "\n_The rest was left out: the comment would be too long. Run the command yourself to see all of it._\n";

/** How long a comment may be. */
export interface CommentRoom {
  /** Most characters. */
  readonly longest: number;
  /** How to see what was left out, as Markdown. */
  readonly seeAll: string;
}

/** Room that a notice takes which names what was left out. */
const noticeRoom = 1_000;
const [mostLeft, longestName] = [8, 80];

/** Name of the comment that a command leaves: the command and its environment or name, whatever its options. */
export function commentMarker(command: string, input: Readonly<Record<string, unknown>>): string {
  const subject = input["env"] ?? input["name"];
  return typeof subject === "string" ? `${command} ${subject}` : command;
}

/**
 * A comment for a pull request: a hidden first line by which a bot finds it, `head` as Markdown, then folded details.
 * What does not fit is left out, and the comment says so.
 */
export function formatDocument(
  marker: string,
  head: readonly string[],
  details: readonly Details[] = [],
  limit?: CommentRoom,
): string {
  const room = limit === undefined ? longestComment - notice.length : limit.longest - noticeRoom;
  const leave = (parts: readonly Details[]): string => (limit === undefined ? notice : leftOut(parts, limit));
  let text = [markerLine(marker), ...head, ""].join("\n");
  if (text.length > room) return `${text.slice(0, text.lastIndexOf("\n", room) + 1)}${leave(details)}`;
  for (const [at, part] of details.entries()) {
    const whole = block(part, part.lines);
    if (text.length + whole.length > room) {
      const fitting = linesWithin(part.lines, room - text.length - block(part, []).length);
      return `${text}${fitting.length === 0 ? "" : block(part, fitting)}${leave(details.slice(at))}`;
    }
    text += whole;
  }
  return text;
}

/** Says which parts are missing, the one that was cut among them. */
function leftOut(parts: readonly Details[], { seeAll }: CommentRoom): string {
  const names = parts.slice(0, mostLeft).map(({ summary }) => code(summary.slice(0, longestName)));
  const rest = parts.length > mostLeft ? ` and ${parts.length - mostLeft} more` : "";
  const what = names.length === 0 ? "" : ` (${names.join(", ")}${rest})`;
  return `\n**The rest was left out${what}, because the comment would be too long.** ${seeAll}\n`;
}

/** The first line of a comment, which nobody sees: an HTML comment that nothing inside can end. */
export function markerLine(marker: string): string {
  return `<!-- driftless: ${html(marker).replaceAll("--", "- -")} -->`;
}

/** True for a comment whose first line begins with a marker. */
export function isMarked(text: string, marker: string): boolean {
  return text.startsWith(markerLine(marker).replace(/ -->$/, ""));
}

function block(part: Details, lines: readonly string[]): string {
  return `\n<details><summary>${html(part.summary)}</summary>\n\n${fence(part.language, lines)}\n\n</details>\n`;
}

function linesWithin(lines: readonly string[], characters: number): readonly string[] {
  let used = 0;
  const end = lines.findIndex((line) => (used += line.length + 1) > characters);
  return end === -1 ? lines : lines.slice(0, end);
}

/** The comment for a command that failed. */
export function formatFailure(marker: string, findings: readonly string[]): string {
  return formatDocument(marker, [`### ❌ ${code(`driftless ${marker}`)} failed`, "", ...findings]);
}
