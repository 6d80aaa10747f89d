import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { ErrorCode } from "../errors/codes.ts";
import type { YamlLimits } from "./limits.ts";
import type { Json, JsonObject } from "./manifest.ts";
import { readScalar } from "./scalar.ts";
import { LimitReached } from "./scan.ts";

/** Something wrong in a document that is valid YAML. */
export interface ConversionProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  /** Offset in characters from the start of the file. */
  readonly offset: number;
}

/** A value, and what it would cost to write it out. */
interface Converted {
  readonly value: Json;
  readonly characters: number;
  /** Levels of maps and lists. */
  readonly height: number;
}

interface Conversion {
  readonly limits: YamlLimits;
  readonly problems: ConversionProblem[];
  /** Values by anchor. An alias means the last node before it that has its name. */
  readonly anchors: Map<string, Converted>;
  /** Characters that aliases have added so far. */
  aliased: number;
}

const nothing: Converted = { value: null, characters: 4, height: 0 };

/**
 * Turns a composed document into JSON values, in time linear in its size: anchors are converted once and shared.
 * Empty documents give `undefined`.
 * @throws {LimitReached} if aliases or depth go beyond the limits.
 */
export function convertDocument(
  contents: ParsedNode | null,
  limits: YamlLimits,
): { readonly value: Json | undefined; readonly problems: readonly ConversionProblem[] } {
  const isEmpty = contents === null || (isScalar(contents) && contents.type === "PLAIN" && contents.source === "");
  if (isEmpty) return { value: undefined, problems: [] };
  const conversion: Conversion = { limits, problems: [], anchors: new Map(), aliased: 0 };
  const { value } = convertNode(contents, conversion);
  return { value, problems: conversion.problems };
}

function convertNode(node: ParsedNode | null, conversion: Conversion): Converted {
  if (node === null) return nothing;
  if (isAlias(node)) return convertAlias(node, conversion);
  const converted = isMap<ParsedNode, ParsedNode | null>(node)
    ? convertMap(node, conversion)
    : isSeq<ParsedNode>(node)
      ? convertList(node.items, conversion)
      : convertScalar(node, conversion);
  if (converted.height > conversion.limits.depth)
    throw new LimitReached(
      `Maps and lists are nested more than ${conversion.limits.depth} levels deep.`,
      node.range[0],
    );
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, converted);
  return converted;
}

function convertAlias(node: Alias.Parsed, conversion: Conversion): Converted {
  const target = conversion.anchors.get(node.source);
  const offset = node.range[0];
  if (target === undefined) {
    const message = `The alias *${node.source} has no anchor before it, or is part of what it repeats.`;
    report(conversion, "YAML_SYNTAX", message, `Define &${node.source} before it.`, node);
    return nothing;
  }
  conversion.aliased += target.characters;
  if (conversion.aliased > conversion.limits.aliasCharacters)
    throw new LimitReached(`Aliases add more than ${conversion.limits.aliasCharacters} characters.`, offset);
  return target;
}

function convertList(items: readonly ParsedNode[], conversion: Conversion): Converted {
  const converted = items.map((item) => convertNode(item, conversion));
  return { value: converted.map(({ value }) => value), ...measure(converted) };
}

function convertMap(node: YAMLMap.Parsed, conversion: Conversion): Converted {
  const entries = new Map<string, Converted>();
  const merged: Converted[] = [];
  for (const pair of node.items) {
    if (isMergeKey(pair)) {
      merged.push(...readMerge(pair, conversion));
      continue;
    }
    const key = readKey(pair.key, conversion);
    const value = convertNode(pair.value, conversion);
    if (key === undefined) continue;
    if (entries.has(key))
      report(conversion, "YAML_DUPLICATE_KEY", `The key "${key}" is there twice.`, "Remove one of the two.", pair.key);
    entries.set(key, value);
  }
  // What is written in the map itself wins over what is merged in; of several merged maps the first wins.
  for (const { value } of merged)
    if (isObject(value))
      for (const [key, inner] of Object.entries(value))
        if (!entries.has(key)) entries.set(key, { value: inner, characters: 0, height: 0 });

  const { characters, height } = measure([...entries.values(), ...merged]);
  const keyCharacters = [...entries.keys()].reduce((sum, key) => sum + key.length, 0);
  const value = Object.fromEntries([...entries].map(([key, converted]) => [key, converted.value]));
  return { value, characters: characters + keyCharacters, height };
}

function isMergeKey({ key }: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<" && key.tag === undefined;
}

function readMerge({ key, value }: Pair<ParsedNode, ParsedNode | null>, conversion: Conversion): Converted[] {
  const items = isSeq<ParsedNode>(value) ? value.items : [value];
  return items.flatMap((item) => {
    const converted = convertNode(item, conversion);
    if (isObject(converted.value)) return [converted];
    report(conversion, "YAML_SYNTAX", "Only maps can be merged with <<.", "Merge an alias of a map.", key);
    return [];
  });
}

function readKey(node: ParsedNode, conversion: Conversion): string | undefined {
  const { value } = convertNode(node, conversion);
  if (value === null || typeof value === "object") {
    report(conversion, "SCHEMA_INVALID", "A key must be text.", "Quote it, or write it as a plain word.", node);
    return undefined;
  }
  const key = String(value);
  if (key !== "__proto__") return key;
  report(conversion, "YAML_LIMIT", 'The key "__proto__" is not allowed.', "Use another name.", node);
  return undefined;
}

function convertScalar(node: Scalar.Parsed, conversion: Conversion): Converted {
  const reading = readScalar({ text: node.source, plain: node.type === "PLAIN", tag: node.tag });
  if ("problem" in reading) {
    report(conversion, "SCHEMA_INVALID", reading.problem, reading.fix, node);
    return nothing;
  }
  return { value: reading.value, characters: node.source.length + 1, height: 0 };
}

function report(conversion: Conversion, code: ErrorCode, message: string, fix: string, node: ParsedNode): void {
  conversion.problems.push({ code, message, fix, offset: node.range[0] });
}

function measure(children: readonly Converted[]): Pick<Converted, "characters" | "height"> {
  let characters = 2;
  let height = 0;
  for (const child of children) {
    characters += child.characters + 1;
    height = Math.max(height, child.height);
  }
  return { characters, height: height + 1 };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
