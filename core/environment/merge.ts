import type { Entry, MapNode, Node } from "./node.ts";

/**
 * Lays one document over another. Maps merge key by key; lists and scalars replace what they cover; an explicit `null`
 * removes the inherited key, so that its default applies again. A key with no value at all (`tenants:`) removes
 * nothing: it stays, and validation reports it, because a section that was commented out must not mean "delete it all".
 */
export function merge(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  const removed = new Map(base.removed);
  for (const [key, entry] of over.entries) {
    const inherited = base.entries.get(key);
    if (inherited === undefined) entries.set(key, entry);
    else if (isRemoval(entry.value)) {
      entries.delete(key);
      removed.set(key, { ...entry, overrode: inherited.value });
    } else entries.set(key, overlay(inherited, entry));
  }
  return { kind: "map", entries, removed, at: over.at };
}

function overlay(inherited: Entry, entry: Entry): Entry {
  return inherited.value.kind === "map" && entry.value.kind === "map"
    ? { key: entry.key, value: merge(inherited.value, entry.value) }
    : { ...entry, overrode: inherited.value };
}

function isRemoval(node: Node): boolean {
  return node.kind === "scalar" && node.value === null && node.written;
}
