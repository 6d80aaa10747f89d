import { isAlias, isMap, isSeq, type Pair, type ParsedNode, type YAMLMap } from "yaml";
import { kubernetesValues } from "../../manifest/convert.ts";
import { sameJson } from "../../manifest/json.ts";
import type { Json, JsonObject } from "../../manifest/manifest.ts";
import { Unwritable } from "./edit.ts";
import { entryText, flowEntry } from "./emit.ts";
import { bracketsOf, keyText, rewriteNode, type Rewriting, type Slot } from "./node.ts";
import { columnOf, contentEnd, lineStart, nextLine } from "./style.ts";

type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

/** Changes, removes and adds entries of a map of which at least one stays. */
export function rewriteMap(context: Rewriting, node: YAMLMap.Parsed, old: JsonObject, target: JsonObject): void {
  const pairs = new Map(node.items.map((pair) => [keyText(pair.key), pair]));
  const kept = [...pairs].filter(([key]) => Object.hasOwn(target, key));
  for (const key of Object.keys(old)) {
    if (!Object.hasOwn(target, key) && !pairs.has(key))
      throw new Unwritable("an entry comes from a map that is merged in");
  }
  for (const [key, pair] of kept) {
    const [before, now] = [old[key], target[key]];
    if (before === undefined || now === undefined) throw new Unwritable("an entry is not what it seems to be");
    rewriteNode(context, pair.value, before, now, slotOf(context, node, pair));
  }
  const gone = node.items.filter(({ key }) => !Object.hasOwn(target, keyText(key)) && !isMerge(key));
  const stay = kept.map(([, pair]) => pair);
  if (node.flow === true)
    removeFromBrackets(
      context,
      node.items.map(extent),
      gone.map((pair) => node.items.indexOf(pair)),
    );
  else removeLines(context, node, gone);
  // What is merged in and differs gets an entry of its own, which wins.
  const fresh = Object.entries(target).filter(([key, value]) => !pairs.has(key) && !sameJson(old[key], value));
  if (fresh.length === 0) return;
  if (node.flow === true)
    addToBrackets(
      context,
      node,
      stay.map(extent),
      fresh.map(([key, value]) => flowEntry(key, value, bracketsOf(node))),
    );
  else for (const [key, value] of fresh) addLine(context, node, stay, key, value);
}

function slotOf({ text }: Rewriting, map: YAMLMap.Parsed, { key }: ParsedPair): Slot {
  const colon = colonBehind(text, key);
  const field = keyText(key);
  if (map.flow === true) return { kind: "flow", where: bracketsOf(map), colon, field };
  return { kind: "value", colon, indent: columnOf(text, key.range[0]), field };
}

function colonBehind(text: string, key: ParsedNode): number {
  const [, space = ""] = /^([ \t]*):/.exec(text.slice(key.range[1], key.range[1] + 100)) ?? [];
  const colon = key.range[1] + space.length;
  if (text[colon] !== ":") throw new Unwritable("a key is written in an unusual way");
  return colon + 1;
}

/** From the first character of an entry to its last. */
function extent({ key, value }: ParsedPair): readonly [number, number] {
  return [key.range[0], value === null || value.range[1] < key.range[1] ? key.range[1] : contentEnd(value)];
}

/** Whole lines go, except where the map begins behind a dash: there the next entry moves up. */
function removeLines({ text, edits }: Rewriting, map: YAMLMap.Parsed, gone: readonly ParsedPair[]): void {
  const inline = map.items.findIndex((pair) => !gone.includes(pair));
  const firstKept = map.items[inline];
  const first = map.items[0];
  if (first === undefined || firstKept === undefined) return;
  const behindDash = !isBlank(text, lineStart(text, first.key.range[0]), first.key.range[0]);
  for (const pair of gone) {
    const isAbove = map.items.indexOf(pair) < inline;
    if (behindDash && isAbove) continue;
    const [start, end] = extent(pair);
    edits.push({ start: lineStart(text, start), end: nextLine(text, end), text: "" });
  }
  if (behindDash && inline > 0) edits.push({ start: first.key.range[0], end: firstKept.key.range[0], text: "" });
}

/** Short values go behind those that the map begins with, all others to its end. */
function addLine(
  { text, style, edits }: Rewriting,
  map: YAMLMap.Parsed,
  stay: readonly ParsedPair[],
  key: string,
  value: Json,
): void {
  const [first] = map.items;
  const last = stay.at(-1);
  if (first === undefined || last === undefined) throw new Unwritable("nothing of a map stays");
  const column = columnOf(text, first.key.range[0]);
  const short = typeof value !== "object" || value === null;
  const leading = stay.slice(0, stay.findIndex(isCollection));
  const behind = short && stay.some(isCollection) ? leading.at(-1) : last;
  const entry = " ".repeat(column) + entryText(key, value, column, style);
  const onOwnLine = isBlank(text, lineStart(text, first.key.range[0]), first.key.range[0]);
  if (behind === undefined && onOwnLine && first === stay[0]) {
    const at = lineStart(text, first.key.range[0]);
    edits.push({ start: at, end: at, text: entry + style.eol });
    return;
  }
  addBehind({ text, style, edits }, extent(behind ?? last)[1], entry);
}

/** Adds a line, or several, below the line of an offset. */
export function addBehind({ text, style, edits }: Rewriting, offset: number, lines: string): void {
  const at = nextLine(text, offset);
  const isOpen = at === text.length && !text.endsWith("\n");
  edits.push({ start: at, end: at, text: isOpen ? style.eol + lines : lines + style.eol });
}

/** Removes what stands between commas. At least one thing stays. */
export function removeFromBrackets(
  { edits }: Rewriting,
  extents: readonly (readonly [number, number])[],
  gone: readonly number[],
): void {
  const lastKept = extents.findLastIndex((_, at) => !gone.includes(at));
  const end = extents.at(-1)?.[1];
  for (const at of gone) {
    const [from, next] = [extents[at]?.[0], extents[at + 1]?.[0]];
    if (at < lastKept && from !== undefined && next !== undefined) edits.push({ start: from, end: next, text: "" });
  }
  const kept = extents[lastKept]?.[1];
  if (lastKept < extents.length - 1 && kept !== undefined && end !== undefined)
    edits.push({ start: kept, end, text: "" });
}

/** Adds things behind the last that stays: each on a line of its own where the others are. */
export function addToBrackets(
  { text, style, edits }: Rewriting,
  node: ParsedNode,
  stay: readonly (readonly [number, number])[],
  added: readonly string[],
): void {
  const last = stay.at(-1);
  if (last === undefined) throw new Unwritable("nothing stays between the brackets");
  const start = lineStart(text, last[0]);
  const onOwnLine = start > node.range[0] && isBlank(text, start, last[0]);
  const separator = onOwnLine ? `,${style.eol}${text.slice(start, last[0])}` : ", ";
  edits.push({ start: last[1], end: last[1], text: added.map((each) => separator + each).join("") });
}

/** The key of maps that are merged in: it stays, whatever they hold. */
function isMerge(key: ParsedNode): boolean {
  return kubernetesValues.isMergeKey?.(key) === true;
}

function isCollection({ value }: ParsedPair): boolean {
  return isMap(value) || isSeq(value) || isAlias(value);
}

function isBlank(text: string, start: number, end: number): boolean {
  return /^[ \t]*$/.test(text.slice(start, end));
}
