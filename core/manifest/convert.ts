import { isScalar, type ParsedNode, type Scalar } from "yaml";
import { quote } from "../errors/quote.ts";
import type { Entry, Reading, Values } from "../yaml/values.ts";
import { isJsonObject } from "./json.ts";
import type { Json } from "./manifest.ts";
import { readScalar } from "./scalar.ts";

/** The values that kubectl gives to YAML: scalars of YAML 1.1, and maps merged by `<<`. */
export const kubernetesValues: Values<Json> = {
  // Every scalar stays text, for readScalar.
  schema: "failsafe",
  nothing: () => null,
  scalar: convertScalar,
  list: (items) => items,
  map: (entries, _node, reading, merged) => convertMap(entries, merged, reading),
  key: readKey,
  isMergeKey: (key) => isScalar(key) && key.type === "PLAIN" && key.source === "<<" && key.tag === undefined,
  circular: (alias, _anchored, { report }) => {
    report("YAML_SYNTAX", alias, "The alias is part of what it repeats.", "Write out what is meant.");
  },
};

function convertScalar(node: Scalar.Parsed, { report }: Reading): Json {
  const reading = readScalar({ text: node.source, plain: node.type === "PLAIN", tag: node.tag });
  if ("value" in reading) return reading.value;
  report("SCHEMA_INVALID", node.range[0], reading.problem, reading.fix);
  return null;
}

/** What is written in the map itself wins over what is merged in; of several merged maps the first wins. */
function convertMap(
  entries: ReadonlyMap<string, Entry<Json>>,
  merged: readonly Entry<Json>[],
  { report }: Reading,
): Json {
  const values = new Map([...entries].map(([key, { value }]) => [key, value]));
  for (const { key, value } of merged) {
    if (!isJsonObject(value)) {
      report("YAML_SYNTAX", key, "Only maps can be merged with <<.", "Merge an alias of a map.");
      continue;
    }
    for (const [name, inner] of Object.entries(value)) if (!values.has(name)) values.set(name, inner);
  }
  return Object.fromEntries(values);
}

function readKey(node: ParsedNode, value: Json, { report }: Reading): string | undefined {
  if (value === null || typeof value === "object") {
    const fix = "Quote it, or write it as a plain word.";
    report("SCHEMA_INVALID", node.range[0], "A key must be text.", fix);
    return undefined;
  }
  const key = String(value);
  if (key !== "__proto__") return key;
  report("YAML_LIMIT", node.range[0], `The key ${quote(key)} is not allowed.`, "Use another name.");
  return undefined;
}
