import { isAlias, isMap, isScalar, isSeq, type Document, type Node as YamlNode, type Scalar, type YAMLMap } from "yaml";
import type { Finding } from "../errors/finding.ts";
import type { Entry, Node, ScalarNode } from "./node.ts";
import { quote } from "./text.ts";
import { yamlLimits, type Reading } from "./yaml-report.ts";

/** Nodes of a document, and what they must not hold; `node` is absent if expanding them would cost too much. */
export function convertYaml(
  document: Document,
  reading: Reading,
): { readonly node: Node | undefined; readonly findings: readonly Finding[] } {
  const conversion = new Conversion(document, reading);
  const node = conversion.node(document.contents, 0, 0);
  const limit = conversion.limit;
  return limit === undefined ? { node, findings: conversion.findings } : { node: undefined, findings: [limit] };
}

class Conversion {
  readonly findings: Finding[] = [];
  limit: Finding | undefined;
  readonly #document: Document;
  readonly #reading: Reading;
  #values = 0;
  #aliases = 0;

  constructor(document: Document, reading: Reading) {
    this.#document = document;
    this.#reading = reading;
  }

  /** `offset` is used where a value has no text of its own. */
  node(source: unknown, offset: number, depth: number): Node {
    const start = startOf(source) ?? offset;
    const nothing: Node = { kind: "scalar", value: null, written: false, at: this.#reading.position(start) };
    if (this.#exceeds(start, depth)) return nothing;
    if (isAlias(source)) return this.#target(source.resolve(this.#document), start, depth) ?? nothing;
    if (isTagged(source)) {
      this.#report("YAML_SYNTAX", start, "A tag changes what a value means.", "Remove it: documents use no YAML tags.");
    }
    if (isMap(source)) return this.#map(source, start, depth);
    if (isSeq(source)) {
      const items = source.items.map((item) => this.node(item, start, depth + 1));
      return { kind: "list", items, at: this.#reading.position(start) };
    }
    return isScalar(source) ? this.#scalar(source, start) : nothing;
  }

  #map(source: YAMLMap, start: number, depth: number): Node {
    const entries = new Map<string, Entry>();
    for (const pair of source.items) {
      const offset = startOf(pair.key) ?? start;
      const name = keyText(pair.key);
      if (name === undefined) {
        this.#report("YAML_SYNTAX", offset, "A key is not plain text.", "Write every key as text, such as `name:`.");
        continue;
      }
      const key = this.#reading.position(offset);
      const first = entries.get(name);
      if (first !== undefined) {
        const message = `The key ${quote(name)} is on line ${first.key.line} already.`;
        this.#report("YAML_DUPLICATE_KEY", offset, message, "Keep one of the two.");
        continue;
      }
      const value = this.node(pair.value, offset, depth + 1);
      // A value that nobody wrote is best pointed at by its key.
      const isMissing = value.kind === "scalar" && !value.written;
      entries.set(name, { key, value: isMissing ? { ...value, at: key } : value });
    }
    return { kind: "map", entries, removed: new Map(), at: this.#reading.position(start) };
  }

  #scalar(source: Scalar, start: number): ScalarNode {
    const at = this.#reading.position(start);
    const { value } = source;
    const text = source.source ?? "";
    if (typeof value === "number") {
      // A commit id may consist of digits alone, or look like a number with an exponent.
      if (/^[0-9a-f]{40}$/.test(text)) return { kind: "scalar", value: text, written: true, at };
      if (!isExact(value, text)) {
        const message = "The number cannot be kept exactly.";
        this.#report("CONFIG_INVALID", start, message, "Put it in quotes if it is text; else write fewer digits.");
      }
      return { kind: "scalar", value, written: true, at };
    }
    if (typeof value === "boolean" || typeof value === "string") return { kind: "scalar", value, written: true, at };
    return { kind: "scalar", value: null, written: text !== "", at };
  }

  #target(target: YamlNode | undefined, start: number, depth: number): Node | undefined {
    this.#aliases++;
    if (target !== undefined) return this.node(target, start, depth + 1);
    const fix = "Define it above with `&name`, or put text that begins with `*` in quotes.";
    this.#report("YAML_SYNTAX", start, "The alias has no anchor before it.", fix);
    return undefined;
  }

  #exceeds(offset: number, depth: number): boolean {
    if (this.limit !== undefined) return true;
    const { aliases, values, depth: deepest } = yamlLimits;
    const refuse = (message: string, fix: string) => {
      this.limit = this.#reading.report("YAML_LIMIT", offset, message, fix);
      return true;
    };
    if (depth > deepest) return refuse(`Values are nested more than ${deepest} deep.`, "Nest them less.");
    if (this.#aliases > aliases) return refuse(`There are more than ${aliases} aliases.`, "Write the values out.");
    if (++this.#values > values) return refuse(`There are more than ${values} values.`, "Split the environment.");
    return false;
  }

  #report(...[code, offset, message, fix]: Parameters<Reading["report"]>): void {
    this.findings.push(this.#reading.report(code, offset, message, fix));
  }
}

function startOf(source: unknown): number | undefined {
  return isMap(source) || isSeq(source) || isScalar(source) || isAlias(source) ? source.range?.[0] : undefined;
}

function isTagged(source: unknown): boolean {
  return (isMap(source) || isSeq(source) || isScalar(source)) && source.tag !== undefined;
}

/** A key as it was written: `1:` and `yes:` are the texts "1" and "yes". */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : key.source;
}

function isExact(value: number, text: string): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^[-+]?[0-9]+$/.test(text));
}
