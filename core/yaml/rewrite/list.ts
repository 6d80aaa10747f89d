import type { ParsedNode, YAMLSeq } from "yaml";
import { keyFields, keyText } from "../../drift/list-keys.ts";
import { sameJson } from "../../manifest/json.ts";
import type { Json } from "../../manifest/manifest.ts";
import { Unwritable } from "./edit.ts";
import { flowText, itemText } from "./emit.ts";
import { addBehind, addToBrackets, removeFromBrackets } from "./map.ts";
import { bracketsOf, rewriteNode, type Rewriting, type Slot } from "./node.ts";
import { columnOf, contentEnd, lineStart, nextLine } from "./style.ts";

/** Item of the old list that an item of the new one comes from; undefined for a new one. */
type Plan = readonly (number | undefined)[];

/** Changes, removes and adds items. False if none would stay: then the list is better written anew. */
export function rewriteList(
  context: Rewriting,
  node: YAMLSeq.Parsed,
  old: readonly Json[],
  target: readonly Json[],
  slot: Slot,
): boolean {
  const plan = planOf(slot, old, target);
  const kept = plan.filter((from) => from !== undefined);
  if (kept.length === 0) return false;
  if (kept.some((from, at) => from < (kept[at - 1] ?? -1))) throw new Unwritable("the items would be in another order");
  const where = slot.kind === "flow" && slot.where === "json" ? "json" : bracketsOf(node);
  for (const [at, from] of plan.entries()) {
    const [item, before, now] = from === undefined ? [] : [node.items[from], old[from], target[at]];
    if (item === undefined || before === undefined || now === undefined) continue;
    const indent = node.flow === true || sameJson(before, now) ? 0 : dashOf(context, item).column;
    rewriteNode(context, item, before, now, node.flow === true ? { kind: "flow", where } : { kind: "item", indent });
  }
  const gone = old.flatMap((_, at) => (kept.includes(at) ? [] : [at]));
  if (node.flow === true) rewriteBrackets(context, node, plan, target, { gone, where });
  else rewriteLines(context, node, plan, target, gone);
  return true;
}

/** By keys where items have any; else what is the same at both ends stays, and what is between is changed one by one. */
function planOf(slot: Slot, old: readonly Json[], target: readonly Json[]): Plan {
  const fields = keyFields("field" in slot ? slot.field : undefined, old, target);
  if (fields !== undefined) {
    const places = new Map(old.map((item, at) => [keyText(fields, item), at]));
    return target.map((item) => places.get(keyText(fields, item)));
  }
  const shorter = Math.min(old.length, target.length);
  let head = 0;
  while (head < shorter && sameJson(old[head], target[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && sameJson(old.at(-1 - tail), target.at(-1 - tail))) tail += 1;
  return target.map((_, at) => {
    if (at < head) return at;
    if (at >= target.length - tail) return at - target.length + old.length;
    return at < old.length - tail ? at : undefined;
  });
}

function rewriteBrackets(
  context: Rewriting,
  node: YAMLSeq.Parsed,
  plan: Plan,
  target: readonly Json[],
  { gone, where }: { readonly gone: readonly number[]; readonly where: "flow" | "json" },
): void {
  const extents = node.items.map((item) => [item.range[0], item.range[1]] as const);
  removeFromBrackets(context, extents, gone);
  const added: string[] = [];
  const lastKept = plan.findLastIndex((from) => from !== undefined);
  for (const [at, from] of plan.entries()) {
    const value = target[at];
    if (from !== undefined || value === undefined) continue;
    const next = plan.slice(at).find((each) => each !== undefined);
    const start = next === undefined ? undefined : extents[next]?.[0];
    if (at > lastKept) added.push(flowText(value, where));
    else if (start !== undefined) context.edits.push({ start, end: start, text: `${flowText(value, where)}, ` });
  }
  if (added.length > 0)
    addToBrackets(
      context,
      node,
      extents.filter((_, at) => !gone.includes(at)),
      added,
    );
}

function rewriteLines(
  context: Rewriting,
  node: YAMLSeq.Parsed,
  plan: Plan,
  target: readonly Json[],
  gone: readonly number[],
): void {
  const { text, style, edits } = context;
  for (const at of gone) {
    const item = node.items[at];
    if (item === undefined) continue;
    const { line } = dashOf(context, item);
    edits.push({ start: line, end: nextLine(text, contentEnd(item)), text: "" });
  }
  let above: number | undefined;
  for (const [at, from] of plan.entries()) {
    const value = target[at];
    if (from !== undefined) above = from;
    if (from !== undefined || value === undefined) continue;
    const neighbour = node.items[above ?? plan.find((each) => each !== undefined) ?? 0];
    if (neighbour === undefined) throw new Unwritable("an item has no neighbour");
    const { column, line } = dashOf(context, neighbour);
    const lines = `${" ".repeat(column)}- ${itemText(value, column, style)}`;
    if (above === undefined) edits.push({ start: line, end: line, text: lines + style.eol });
    else addBehind(context, contentEnd(neighbour), lines);
  }
}

/** The dash of an item that has a line of its own. */
function dashOf({ text }: Rewriting, item: ParsedNode): { readonly column: number; readonly line: number } {
  const line = lineStart(text, item.range[0]);
  const found = /^( *)-([ \t]|$)/.exec(text.slice(line, item.range[0]));
  if (found === null) throw new Unwritable("an item is written in an unusual way");
  const rest = text.slice(line + found[0].length, item.range[0]);
  if (rest.trim() !== "") throw new Unwritable("an item is written in an unusual way");
  return { column: columnOf(text, line + (found[1]?.length ?? 0)), line };
}
