import { isAlias, isMap, isSeq, type Alias, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from "yaml";
import { quote } from "../errors/quote.ts";
import { LimitReached, type YamlLimits } from "./limits.ts";
import type { Entry, Reading, Values } from "./values.ts";

/** A value, and what it would cost to write it out. */
interface Converted<T> {
  readonly value: T;
  readonly characters: number;
  /** Levels of maps and lists. */
  readonly height: number;
}

/** Turns the nodes of one composed document into values, in time linear in its size: what is anchored is shared. */
export class Conversion<T> {
  readonly #values: Values<T>;
  readonly #limits: YamlLimits;
  readonly #reading: Reading;
  /** What an alias means now: the last node before it with its name, or the offset of the one that it stands in. */
  readonly #anchors = new Map<string, Converted<T> | number>();
  #aliases = 0;
  #aliasCharacters = 0;

  constructor(values: Values<T>, limits: YamlLimits, reading: Reading) {
    this.#values = values;
    this.#limits = limits;
    this.#reading = reading;
  }

  /** @throws {LimitReached} if aliases or depth go beyond the limits. */
  value(node: ParsedNode): T {
    return this.#node(node, node.range[0]).value;
  }

  #node(node: ParsedNode | null, offset: number): Converted<T> {
    if (node === null) return this.#nothing(offset);
    if (isAlias(node)) return this.#alias(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node.range[0]);
    const converted = isMap<ParsedNode, ParsedNode | null>(node)
      ? this.#map(node)
      : isSeq<ParsedNode>(node)
        ? this.#list(node)
        : { value: this.#values.scalar(node, this.#reading), characters: node.source.length + 1, height: 0 };
    const { depth } = this.#limits;
    if (converted.height > depth)
      throw new LimitReached(`Maps and lists are nested more than ${depth} levels deep.`, node.range[0]);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, converted);
    return converted;
  }

  #nothing(offset: number): Converted<T> {
    return { value: this.#values.nothing(offset, this.#reading), characters: 4, height: 0 };
  }

  #alias(node: Alias.Parsed): Converted<T> {
    const offset = node.range[0];
    const target = this.#anchors.get(node.source);
    if (typeof target === "number") {
      this.#values.circular(offset, target, this.#reading);
      return this.#nothing(offset);
    }
    if (target === undefined) {
      const fix = "Define it above with `&name`, or put text that begins with `*` in quotes.";
      this.#reading.report("YAML_SYNTAX", offset, "The alias has no anchor before it.", fix);
      return this.#nothing(offset);
    }
    const { aliases = Infinity, aliasCharacters } = this.#limits;
    if (++this.#aliases > aliases) throw new LimitReached(`There are more than ${aliases} aliases.`, offset);
    this.#aliasCharacters += target.characters;
    if (this.#aliasCharacters > aliasCharacters)
      throw new LimitReached(`Aliases add more than ${aliasCharacters} characters.`, offset);
    return target;
  }

  #list(node: YAMLSeq.Parsed): Converted<T> {
    const items = node.items.map((item) => this.#node(item, node.range[0]));
    const values = items.map(({ value }) => value);
    return { value: this.#values.list(values, node, this.#reading), ...measure(items) };
  }

  #map(node: YAMLMap.Parsed): Converted<T> {
    const entries = new Map<string, Entry<T>>();
    const merged: Entry<T>[] = [];
    const parts: Converted<T>[] = [];
    for (const pair of node.items) {
      const key = pair.key.range[0];
      if (this.#values.isMergeKey?.(pair.key) === true) {
        const sources = this.#merged(pair);
        parts.push(...sources);
        merged.push(...sources.map(({ value }) => ({ key, value })));
        continue;
      }
      const name = this.#key(pair.key);
      const converted = this.#node(pair.value, key);
      if (name === undefined) continue;
      const first = entries.get(name);
      if (first === undefined) entries.set(name, { key, value: converted.value });
      else this.#duplicate(name, key, first.key);
      parts.push({ ...converted, characters: converted.characters + name.length });
    }
    return { value: this.#values.map(entries, node, this.#reading, merged), ...measure(parts) };
  }

  #key(node: ParsedNode): string | undefined {
    return this.#values.key(node, this.#node(node, node.range[0]).value, this.#reading);
  }

  #merged({ key, value }: Pair<ParsedNode, ParsedNode | null>): readonly Converted<T>[] {
    const sources = isSeq<ParsedNode>(value) ? value.items : [value];
    return sources.map((source) => this.#node(source, key.range[0]));
  }

  #duplicate(name: string, key: number, first: number): void {
    const message = `The key ${quote(name)} is on line ${this.#reading.locate(first).line} already.`;
    this.#reading.report("YAML_DUPLICATE_KEY", key, message, "Keep one of the two.");
  }
}

function measure<T>(parts: readonly Converted<T>[]): { readonly characters: number; readonly height: number } {
  let characters = 2;
  let height = 0;
  for (const part of parts) {
    characters += part.characters + 1;
    height = Math.max(height, part.height);
  }
  return { characters, height: height + 1 };
}
