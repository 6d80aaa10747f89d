import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from "yaml";
import { isJsonObject, isList, sameJson } from "../../manifest/json.ts";
import type { Json } from "../../manifest/manifest.ts";
import { Unwritable, type Edit } from "./edit.ts";
import { flowText, itemText, literalText, scalarText, textScalar, valueText, type Surroundings } from "./emit.ts";
import { rewriteList } from "./list.ts";
import { rewriteMap } from "./map.ts";
import { columnOf, contentEnd, isDoubleQuoted, type Style } from "./style.ts";

/** What is needed to rewrite any part of a document. */
export interface Rewriting {
  readonly text: string;
  readonly style: Style;
  readonly edits: Edit[];
}

/** Where a value stands: what is replaced if nothing of it can be kept, and how a new one is written there. */
export type Slot =
  | {
      readonly kind: "value";
      /** Offset behind the colon. */ readonly colon: number;
      readonly indent: number;
      readonly field: string;
    }
  | { readonly kind: "item"; /** Column of the dash. */ readonly indent: number }
  | { readonly kind: "flow"; readonly where: "flow" | "json"; readonly colon?: number; readonly field?: string }
  | { readonly kind: "root" };

/** Makes a node say `target` with as few edits as that takes. */
export function rewriteNode(context: Rewriting, node: ParsedNode | null, old: Json, target: Json, slot: Slot): void {
  if (sameJson(old, target)) return;
  if (isAlias(node)) throw new Unwritable("the value is an alias of another one");
  if (isMap<ParsedNode, ParsedNode | null>(node) && isJsonObject(old) && isJsonObject(target)) {
    const own = node.items.map(({ key }) => keyText(key));
    if (own.some((key) => Object.hasOwn(target, key))) {
      rewriteMap(context, node, old, target);
      return;
    }
  }
  if (isSeq<ParsedNode>(node) && isList(old) && isList(target) && old.length > 0 && target.length > 0) {
    if (rewriteList(context, node, old, target, slot)) return;
  }
  if (isScalar(node) && scalarText(target, "block") !== undefined && rewriteScalar(context, node, target, slot)) return;
  replace(context, node, target, slot);
}

/** Text of a key as kubectl reads it. */
export function keyText(key: ParsedNode): string {
  if (isScalar(key)) return String(key.value);
  throw new Unwritable("a key is no text");
}

/** Inside brackets, whether keys are quoted as JSON has them. */
export function bracketsOf(node: ParsedNode): "flow" | "json" {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const [first] = node.items;
    return first !== undefined && isDoubleQuoted(first.key) ? "json" : "flow";
  }
  if (isSeq<ParsedNode>(node)) {
    const [first] = node.items;
    if (isDoubleQuoted(first)) return "json";
    return first === undefined || isScalar(first) ? "flow" : bracketsOf(first);
  }
  return "flow";
}

/** Only the characters of the value change, in the quotes that it has. False where it has to be replaced as a whole. */
function rewriteScalar({ edits, style, text }: Rewriting, node: Scalar.Parsed, target: Json, slot: Slot): boolean {
  const [start, end] = node.range;
  if (start === end) return false;
  const where: Surroundings = slot.kind === "flow" ? slot.where : "block";
  if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") {
    const indent = /\n( +)\S/.exec(text.slice(start, end))?.[1]?.length ?? 0;
    const literal = typeof target === "string" && indent > 0 ? literalText(target, indent, style.eol) : undefined;
    if (literal === undefined) return false;
    edits.push({ start, end, text: literal + (text[end - 1] === "\n" ? style.eol : "") });
    return true;
  }
  const quotes = node.type === "QUOTE_SINGLE" ? "'" : node.type === "QUOTE_DOUBLE" ? '"' : undefined;
  const literal = typeof target === "string" && where === "block" && target.includes("\n");
  if (literal && quotes === undefined) return false;
  const written = typeof target === "string" ? textScalar(target, where, quotes) : scalarText(target, where);
  if (written === undefined) return false;
  edits.push({ start, end, text: written });
  return true;
}

function replace({ edits, style, text }: Rewriting, node: ParsedNode | null, target: Json, slot: Slot): void {
  if (slot.kind === "root") throw new Unwritable("nothing of the document would stay");
  const end = node === null ? undefined : contentEnd(node);
  if (slot.kind === "value") {
    const stop = end ?? slot.colon;
    const after = text[stop - 1] === "\n" ? style.eol : "";
    edits.push({ start: slot.colon, end: stop, text: valueText(target, slot.indent, style) + after });
    return;
  }
  if (slot.kind === "flow") {
    const written = flowText(target, slot.where);
    if (node !== null && node.range[0] !== node.range[1])
      edits.push({ start: node.range[0], end: node.range[1], text: written });
    else if (slot.colon !== undefined) edits.push({ start: slot.colon, end: slot.colon, text: ` ${written}` });
    else throw new Unwritable("a value stands nowhere");
    return;
  }
  if (node === null || end === undefined || node.range[0] === node.range[1]) throw new Unwritable("an item is empty");
  const after = text[end - 1] === "\n" ? style.eol : "";
  if (columnOf(text, node.range[0]) < slot.indent + 2) throw new Unwritable("an item does not follow its dash");
  edits.push({ start: node.range[0], end, text: itemText(target, slot.indent, style) + after });
}
