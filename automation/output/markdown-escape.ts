import { plain } from "./plain.ts";

/** A value as inline code: shown letter by letter, wherever it comes from. */
export function code(text: string): string {
  const safe = plain(text);
  const ticks = "`".repeat(longestRun(safe) + 1);
  const pad = safe.startsWith("`") || safe.endsWith("`") ? " " : "";
  return `${ticks}${pad}${safe}${pad}${ticks}`;
}

/** Inline code for a cell of a table, where a bar ends the cell even inside code. */
export function cellCode(text: string): string {
  return code(text).replaceAll("|", "\\|");
}

/** A value as text between tags: no tag, link, image, mention or emphasis can come out of it. */
export function html(text: string): string {
  return plain(text).replace(/[&<>`*_[\]()@|~#!\\]|:(?=\/\/)/g, (character) => {
    const entity = `&#${character.charCodeAt(0)};`;
    // Forges look for mentions and issue numbers after they have decoded entities; a zero-width space stops them.
    return character === "@" || character === "#" ? `${entity}&#8203;` : entity;
  });
}

/** Lines as a code block that they cannot end. */
export function fence(language: string, lines: readonly string[]): string {
  const safe = lines.map(plain);
  const ticks = "`".repeat(Math.max(3, longestRun(safe.join("\n")) + 1));
  return [`${ticks}${language}`, ...safe, ticks].join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
