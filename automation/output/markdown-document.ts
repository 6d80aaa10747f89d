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
const room = longestComment - notice.length;

/** Name of the comment that a command leaves: the command and its environment, whatever its options. */
export function commentMarker(command: string, input: Readonly<Record<string, unknown>>): string {
  const environment = input["env"];
  return typeof environment === "string" ? `${command} ${environment}` : command;
}

/**
 * A comment for a pull request: a hidden first line by which a bot finds it, `head` as Markdown, then folded details.
 * What does not fit is left out, and the comment says so.
 */
export function formatDocument(marker: string, head: readonly string[], details: readonly Details[] = []): string {
  let text = [markerLine(marker), ...head, ""].join("\n");
  if (text.length > room) return `${text.slice(0, text.lastIndexOf("\n", room) + 1)}${notice}`;
  for (const part of details) {
    const whole = block(part, part.lines);
    if (text.length + whole.length > room) {
      const fitting = linesWithin(part.lines, room - text.length - block(part, []).length);
      return `${text}${fitting.length === 0 ? "" : block(part, fitting)}${notice}`;
    }
    text += whole;
  }
  return text;
}

/** An HTML comment that nothing inside can end. */
function markerLine(marker: string): string {
  return `<!-- driftless: ${html(marker).replaceAll("--", "- -")} -->`;
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
