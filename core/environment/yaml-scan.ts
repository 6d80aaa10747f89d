import { Lexer } from "yaml";
import type { Finding } from "../errors/finding.ts";
import { yamlLimits, type Reading } from "./yaml-report.ts";

/** Refuses what must not reach the parser: characters that are no text, and more tokens or brackets than it can take. */
export function scanYaml(reading: Reading): Finding | undefined {
  return findControlCharacter(reading) ?? findExcess(reading);
}

function findControlCharacter({ text, report }: Reading): Finding | undefined {
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (found === null) return undefined;
  const what = found[0] === "\0" ? "a NUL byte" : "a control character";
  return report("YAML_SYNTAX", found.index, `The file holds ${what}.`, "Remove it and save the file as UTF-8 text.");
}

function findExcess({ text, report }: Reading): Finding | undefined {
  let offset = 0;
  let count = 0;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
    if (depth > yamlLimits.depth) {
      return report("YAML_LIMIT", offset, `Values are nested more than ${yamlLimits.depth} deep.`, "Nest them less.");
    }
    if (++count > yamlLimits.tokens) {
      const message = `The file has more than ${yamlLimits.tokens} YAML tokens.`;
      return report("YAML_LIMIT", offset, message, "Split it: an environment of this size is several environments.");
    }
    if (!isMark(token)) offset += token.length;
  }
  return undefined;
}

/** The lexer announces documents and scalars with control characters that are not part of the text. */
function isMark(token: string): boolean {
  return token === "\u0002" || token === "\u0018" || token === "\u001f";
}
