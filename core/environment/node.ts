import type { Json } from "../manifest/manifest.ts";
import type { Position } from "../yaml/lines.ts";

/** A YAML value that knows where it was written; a plain value would forget it. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** False for a value that is missing in the text, as in `key:` with nothing behind it. */
  readonly written: boolean;
  /** True for a stand-in of what only the source can tell: its form may be checked, its value says nothing. */
  readonly unknown?: true;
  readonly at: Position;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly at: Position;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
  /** Inherited entries that an explicit `null` took away. */
  readonly removed: ReadonlyMap<string, Entry>;
  readonly at: Position;
}

/** A key and its value. */
export interface Entry {
  /** Position of the key. */
  readonly key: Position;
  readonly value: Node;
  /** The inherited value that this one replaced or removed. */
  readonly overrode?: Node;
}

/** Keys of maps and indexes of lists, from the root of a document. */
export type Path = readonly (string | number)[];

/** Keys that mean something to JavaScript objects, so no document may use them. */
export const unsafeKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** The node at a path, if there is one. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node === undefined ? undefined : childOf(node, step);
  return node;
}

/** The entry (key and value) at a path whose last step is a key of a map. */
export function entryAt(root: Node, path: Path): Entry | undefined {
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === "map" ? parent.entries.get(String(path.at(-1))) : undefined;
}

/**
 * Where a reader should look for a path: a scalar or list at its value, a map at its key, and a path that nobody wrote
 * at the nearest thing above it.
 */
export function positionOf(root: Node, path: Path): Position {
  for (let length = path.length; length > 0; length--) {
    const known = path.slice(0, length);
    const node = nodeAt(root, known);
    if (node === undefined) continue;
    const isValue = node.kind !== "map" && length === path.length;
    return isValue ? node.at : (entryAt(root, known)?.key ?? node.at);
  }
  return root.at;
}

/** The plain value of a node. Keys that mean something to JavaScript are left out; `validate` reports them. */
export function toValue(node: Node): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toValue);
    case "map":
      return Object.fromEntries(
        [...node.entries].filter(([key]) => !unsafeKeys.has(key)).map(([key, entry]) => [key, toValue(entry.value)]),
      );
  }
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.kind === "map") return node.entries.get(String(step))?.value;
  return node.kind === "list" ? node.items[Number(step)] : undefined;
}
