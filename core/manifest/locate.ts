import { isMap, isScalar, isSeq, type ParsedNode } from "yaml";

/** Offset of the field at a path, or of the nearest one above it that exists. A field starts at its key. */
export function locateOffset(root: ParsedNode | null, path: readonly (string | number)[]): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const part of path) {
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && key.value === part);
      if (pair === undefined) return offset;
      offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq<ParsedNode>(node) && typeof part === "number") {
      const item = node.items[part];
      if (item === undefined) return offset;
      offset = item.range[0];
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}
