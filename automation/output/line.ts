import type { Action } from "../../core/plan/change.ts";
import { plain } from "./plain.ts";

/** What a piece of text means; the painter chooses its colour. */
export type Tone = Action | "strong" | "faint" | "good" | "bad";

/** A piece of a line. Its text is made safe when it is painted, so that it may come from a repository. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of output. */
export type Line = readonly (string | Span)[];

const colours = {
  create: "32",
  adopt: "36",
  update: "33",
  replace: "35",
  delete: "31",
  release: "36",
  strong: "1",
  faint: "2",
  good: "32",
  bad: "31",
} as const satisfies Record<Tone, string>;

/** A span; shorter to write in a line. */
export function span(tone: Tone, text: string): Span {
  return { tone, text };
}

/** What a line says, without its tones. Not made safe: that is for whoever writes it somewhere. */
export function lineText(line: Line): string {
  return line.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

/** Width of a line in characters. */
export function widthOf(line: Line): number {
  return [...plain(lineText(line))].length;
}

/** The text of lines, each ended by a line break. Nothing is cut: what is too wide for a terminal is wrapped by it. */
export function paint(lines: readonly Line[], how: { readonly colours: boolean }): string {
  return lines
    .map(
      (line) =>
        `${line
          .map((part) => paintPart(part, how.colours))
          .join("")
          .trimEnd()}\n`,
    )
    .join("");
}

function paintPart(part: string | Span, inColour: boolean): string {
  const text = plain(typeof part === "string" ? part : part.text);
  return inColour && typeof part !== "string" && text !== "" ? `\u001b[${colours[part.tone]}m${text}\u001b[0m` : text;
}
