import { isMap, isScalar, parseDocument, type Pair, type Scalar, type YAMLMap } from "yaml";

/** A change of a text: the characters from `start` to `end` become `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Keys of `source` behind which a revision belongs that is written for the first time. */
const neighbours = ["repo", "local", "branch"];

/**
 * The edit that makes `revision` the value of `source.revision`: it replaces the value, or adds the one that is missing, or
 * the key. Undefined where that would take more than one line: no `source` of its own, an alias, a block, a list.
 */
export function revisionEdit(text: string, revision: string): Edit | undefined {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const edit = findEdit(text.slice(mark), revision);
  return edit === undefined ? undefined : { ...edit, start: edit.start + mark, end: edit.end + mark };
}

function findEdit(text: string, revision: string): Edit | undefined {
  const source: unknown = parseDocument(text, { schema: "core", uniqueKeys: false }).get("source", true);
  if (!isMap(source)) return undefined;
  const pair = source.items.find(({ key }) => isScalar(key) && key.value === "revision");
  return pair === undefined ? newKey(text, source, revision) : newValue(text, pair, revision);
}

function newValue(text: string, { key, value }: Pair, revision: string): Edit | undefined {
  if (!isScalar(key) || !key.range || !isScalar(value) || !value.range) return undefined;
  const [start, end] = value.range;
  if (start === end) {
    const colon = key.range[1];
    return text[colon] === ":" ? { start: colon + 1, end: colon + 1, text: ` ${revision}` } : undefined;
  }
  const quotes = value.type === "QUOTE_DOUBLE" || value.type === "QUOTE_SINGLE" ? 1 : 0;
  if (quotes === 0 && value.type !== "PLAIN") return undefined;
  return { start: start + quotes, end: end - quotes, text: revision };
}

/** Behind the last of its neighbours, or else behind the first key: on the same line in `{ … }`, else on the next. */
function newKey(text: string, source: YAMLMap, revision: string): Edit | undefined {
  const lines = source.items.flatMap(({ key, value }) =>
    isScalar(key) && isOneLine(value) && key.range && value.range
      ? [{ name: key.value, from: key.range[0], to: value.range[1] }]
      : [],
  );
  const before = lines.findLast(({ name }) => neighbours.includes(String(name))) ?? lines[0];
  if (before === undefined) return undefined;
  if (source.flow === true) return { start: before.to, end: before.to, text: `, revision: ${revision}` };
  const indent = text.slice(text.lastIndexOf("\n", before.from) + 1, before.from);
  if (!/^ *$/.test(indent)) return undefined;
  const { at, eol } = lineEnd(text, before.to);
  return { start: at, end: at, text: `${eol}${indent}revision: ${revision}` };
}

function isOneLine(value: unknown): value is Scalar {
  return isScalar(value) && value.range?.[0] !== value.range?.[1] && /^(PLAIN|QUOTE_)/.test(value.type ?? "");
}

/** Where the line of an offset ends, and with which characters. */
function lineEnd(text: string, offset: number): { readonly at: number; readonly eol: string } {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const at = text.indexOf(eol, offset);
  return { at: at === -1 ? text.length : at, eol };
}
