import { isScalar, type ParsedNode, type Scalar } from "yaml";
import type { Reading, Values } from "../yaml/values.ts";
import type { Node } from "./node.ts";

/** Values of YAML 1.2 that know where they were written. Tags are refused: they change what a value means. */
export const positionedNodes: Values<Node> = {
  schema: "core",
  nothing: (offset, { locate }) => ({ kind: "scalar", value: null, written: false, at: locate(offset) }),
  scalar: convertScalar,
  list: (items, node, reading) => {
    refuseTag(node, reading);
    return { kind: "list", items, at: reading.locate(node.range[0]) };
  },
  map: (entries, node, reading) => {
    refuseTag(node, reading);
    const positioned = [...entries].map(([name, { key, value }]) => {
      const at = reading.locate(key);
      // A value that nobody wrote is best pointed at by its key.
      const isMissing = value.kind === "scalar" && !value.written;
      return [name, { key: at, value: isMissing ? { ...value, at } : value }] as const;
    });
    return { kind: "map", entries: new Map(positioned), removed: new Map(), at: reading.locate(node.range[0]) };
  },
  key: readKey,
  circular: (_alias, anchored, { report }) => {
    report("YAML_LIMIT", anchored, "An alias repeats what it stands in, without end.", "Write out what is meant.");
  },
};

function convertScalar(node: Scalar.Parsed, reading: Reading): Node {
  refuseTag(node, reading);
  const { value, source } = node;
  const offset = node.range[0];
  const at = reading.locate(offset);
  if (typeof value === "number") {
    // A commit id may consist of digits alone, or look like a number with an exponent.
    if (/^[0-9a-f]{40}$/.test(source)) return { kind: "scalar", value: source, written: true, at };
    if (!isExact(value, source)) {
      const fix = "Put it in quotes if it is text; else write fewer digits.";
      reading.report("CONFIG_INVALID", offset, "The number cannot be kept exactly.", fix);
    }
    return { kind: "scalar", value, written: true, at };
  }
  if (typeof value === "boolean" || typeof value === "string") return { kind: "scalar", value, written: true, at };
  return { kind: "scalar", value: null, written: source !== "", at };
}

/** A key as it was written: `1:` and `yes:` are the texts "1" and "yes". */
function readKey(node: ParsedNode, _value: Node, { report }: Reading): string | undefined {
  if (isScalar(node)) return typeof node.value === "string" ? node.value : node.source;
  report("YAML_SYNTAX", node.range[0], "A key is not plain text.", "Write every key as text, such as `name:`.");
  return undefined;
}

function refuseTag({ tag, range }: ParsedNode, { report }: Reading): void {
  if (tag === undefined) return;
  report("YAML_SYNTAX", range[0], "A tag changes what a value means.", "Remove it: documents use no YAML tags.");
}

function isExact(value: number, text: string): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^[-+]?[0-9]+$/.test(text));
}
