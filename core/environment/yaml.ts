import type { Finding } from "../errors/finding.ts";
import { errorFinding } from "../errors/finding.ts";
import type { YamlLimits } from "../yaml/limits.ts";
import { readDocuments } from "../yaml/read.ts";
import type { MapNode } from "./node.ts";
import { positionedNodes } from "./yaml-nodes.ts";

/** What one file says, with positions. `root` is absent if the text does not say it clearly enough to go on. */
export interface YamlDocument {
  readonly file: string;
  readonly root: MapNode | undefined;
  readonly findings: readonly Finding[];
}

/** The largest document that they allow takes less than a second to read; without them 355 bytes can ask for gigabytes. */
export const documentLimits: YamlLimits = {
  bytes: 1024 ** 2,
  tokens: 200_000,
  depth: 64,
  keys: 10_000,
  items: 20_000,
  aliases: 100,
  aliasCharacters: 128 * 1024,
};

/**
 * Reads one strict YAML 1.2 document: a map with text keys, no key twice, no tags, no merge keys, no second document,
 * within `documentLimits`. Positions count from 1; a byte order mark at the start is no column.
 */
export function readYaml(text: string, file: string): YamlDocument {
  const [first, second] = readDocuments(text, file, positionedNodes, documentLimits);
  const refuse = (...findings: readonly Finding[]) => ({ file, root: undefined, findings });
  const top = { file, line: 1, column: 1 };
  const { value: root, findings = [] } = first ?? {};
  if (root === undefined && findings.length > 0) return refuse(...findings);
  if (second !== undefined) {
    const fix = "Keep one document in a file: remove the rest, from the second `---` on.";
    return refuse(errorFinding("YAML_SYNTAX", "The file holds more than one YAML document.", fix, second.start));
  }
  if (root === undefined) {
    const fix = "Begin with `apiVersion: driftless.dev/v1alpha1` and `kind: Environment`.";
    return refuse(errorFinding("CONFIG_INVALID", "The file is empty.", fix, top));
  }
  if (root.kind === "map") return { file, root, findings };
  const message = root.kind === "list" ? "The document is a list." : "The document is a single value.";
  return refuse(errorFinding("CONFIG_INVALID", message, "Write a map: lines of `key: value`.", top), ...findings);
}
