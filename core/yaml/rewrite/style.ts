import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, type YAMLSeq } from "yaml";

/** How a file is written, as far as what is added to it should look alike. */
export interface Style {
  readonly eol: "\n" | "\r\n";
  /** Columns by which a map inside a map is indented. */
  readonly step: number;
  /** Columns by which a list inside a map is indented; 0 for dashes right below the key. */
  readonly listStep: number;
}

/** The style of a document: that of the first things that show it, else two columns everywhere. */
export function styleOf(text: string, root: ParsedNode | null): Style {
  const found: { step?: number; listStep?: number } = {};
  look(text, root, found);
  const step = found.step ?? 2;
  return { eol: text.includes("\r\n") ? "\r\n" : "\n", step, listStep: found.listStep ?? step };
}

function look(text: string, node: ParsedNode | null, found: { step?: number; listStep?: number }): void {
  if (found.step !== undefined && found.listStep !== undefined) return;
  if (isSeq<ParsedNode>(node)) for (const item of node.items) look(text, item, found);
  if (!isMap<ParsedNode, ParsedNode | null>(node) || node.flow === true) return;
  for (const { key, value } of node.items) {
    const column = columnOf(text, key.range[0]);
    if (isBlock(value) && lineOf(text, value.range[0]) > lineOf(text, key.range[0])) {
      if (isMap(value)) found.step ??= columnOf(text, value.range[0]) - column;
      else found.listStep ??= columnOf(text, value.range[0]) - column;
    }
    look(text, value, found);
  }
}

/** True for maps and lists that are not written in brackets. */
export function isBlock(node: unknown): node is YAMLMap.Parsed | YAMLSeq.Parsed {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

/** Characters between the start of the line and an offset. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Where the line of an offset starts. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line after an offset starts, or where the text ends. An offset at the start of a line is past its line already. */
export function nextLine(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/** Where what a node says ends: comments and blank lines behind it are not part of it. */
export function contentEnd(node: ParsedNode): number {
  if (!isBlock(node)) return node.range[1];
  const last = node.items.at(-1);
  if (last === undefined) return node.range[1];
  if (!("key" in last)) return contentEnd(last);
  return last.value === null ? last.key.range[1] : contentEnd(last.value);
}

/** True for text between double quotes, which is how JSON has its keys. */
export function isDoubleQuoted(node: unknown): boolean {
  return isScalar(node) && node.type === "QUOTE_DOUBLE";
}

function lineOf(text: string, offset: number): number {
  return lineStart(text, offset);
}
