import { parseAllDocuments } from "yaml";
import type { Finding } from "../errors/finding.ts";
import { locator } from "./lines.ts";
import type { MapNode } from "./node.ts";
import { syntaxFindings } from "./yaml-messages.ts";
import { convertYaml } from "./yaml-nodes.ts";
import type { Reading } from "./yaml-report.ts";
import { scanYaml } from "./yaml-scan.ts";

/** What one file says, with positions. `root` is absent if the text does not say it clearly enough to go on. */
export interface YamlDocument {
  readonly file: string;
  readonly root: MapNode | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads one strict YAML 1.2 document: a map with text keys, no key twice, no tags, no merge keys, no second document,
 * within `yamlLimits`. Positions count from 1; a byte order mark at the start is no column.
 */
export function readYaml(text: string, file: string): YamlDocument {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const position = locator(source, file);
  const reading: Reading = {
    text: source,
    position,
    report: (code, offset, message, fix) => ({ code, severity: "error", message, fix, place: position(offset) }),
  };
  const refuse = (...findings: readonly Finding[]) => ({ file, root: undefined, findings });

  const excess = scanYaml(reading);
  if (excess !== undefined) return refuse(excess);

  // `uniqueKeys` compares every key with every other one: minutes for a large file. Ours is in yaml-nodes.ts.
  const documents = parseAllDocuments(source, { schema: "core", merge: false, uniqueKeys: false, prettyErrors: false });
  const [document, second] = documents;
  if (document === undefined || !("contents" in document) || (document.contents === null && second === undefined)) {
    const fix = "Begin with `apiVersion: driftless.dev/v1alpha1` and `kind: Environment`.";
    return refuse(reading.report("CONFIG_INVALID", 0, "The file is empty.", fix));
  }
  if (document.errors.length > 0) return refuse(...syntaxFindings(document.errors, reading));
  if (second !== undefined) {
    const fix = "Keep one document in a file: remove the rest, from the second `---` on.";
    const message = "The file holds more than one YAML document.";
    return refuse(reading.report("YAML_SYNTAX", second.range[0], message, fix));
  }
  const { node, findings } = convertYaml(document, reading);
  if (node === undefined) return refuse(...findings);
  if (node.kind === "map") return { file, root: node, findings };
  const message = node.kind === "list" ? "The document is a list." : "The document is a single value.";
  return refuse(reading.report("CONFIG_INVALID", 0, message, "Write a map: lines of `key: value`."), ...findings);
}
