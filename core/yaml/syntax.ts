import type { YAMLError } from "yaml";
import { errorFinding, type Finding } from "../errors/finding.ts";
import type { Locate } from "./lines.ts";

const shown = 5;

/** Syntax errors as findings, one per line: what follows on the same line is mostly an echo of it. */
export function syntaxFindings(errors: readonly YAMLError[], locate: Locate): readonly Finding[] {
  const byLine = new Map<number, Finding>();
  for (const error of errors) {
    const code = error.code === "RESOURCE_EXHAUSTION" ? "YAML_LIMIT" : "YAML_SYNTAX";
    const [message, fix] = messages[error.code] ?? ["This is not valid YAML.", "Check indentation and quotes here."];
    const place = locate(error.pos[0]);
    if (!byLine.has(place.line)) byLine.set(place.line, errorFinding(code, message, fix, place));
  }
  return [...byLine.values()].slice(0, shown);
}

/** Our words for the parser's codes: its own messages may quote the text of the file. */
const messages: Partial<Record<YAMLError["code"], readonly [message: string, fix: string]>> = {
  ALIAS_PROPS: ["An alias has an anchor or a tag.", "Leave only the alias, as in `*name`."],
  BAD_ALIAS: ["An alias or anchor has no proper name.", "Put text that begins with `*` or `&` in quotes."],
  BAD_DIRECTIVE: ["A line that begins with `%` is no known directive.", "Remove it, or put the text in quotes."],
  BAD_DQ_ESCAPE: ['A backslash inside "…" begins no known escape.', "Double the backslash, or use single quotes."],
  BAD_INDENT: ["The indentation does not fit what is above it.", "Indent the keys of one map alike, with spaces."],
  BAD_SCALAR_START: ["A value begins with a character that YAML reserves.", "Put the value in quotes."],
  BLOCK_AS_IMPLICIT_KEY: [
    "A second `key: value` begins on the same line.",
    'Put a value that contains ": " in quotes, or start a new line.',
  ],
  BLOCK_IN_FLOW: ["A block value stands inside [ ] or { }.", "Write the value inside the brackets on one line."],
  MISSING_CHAR: ["A quote, bracket, colon or comma is missing.", "Close what was opened here or just above."],
  MULTILINE_IMPLICIT_KEY: ["A key runs over several lines.", "Add the missing colon, or put the text in quotes."],
  RESOURCE_EXHAUSTION: ["Values are nested too deep.", "Nest them less."],
  TAB_AS_INDENT: ["A tab is used as indentation.", "Use spaces: YAML allows no tabs there."],
  UNEXPECTED_TOKEN: ["Something stands where YAML allows nothing.", "Check quotes, brackets and indentation here."],
};
