import type { ParsedNode, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { ErrorCode } from "../errors/codes.ts";
import type { Schema } from "./compose.ts";
import type { Locate } from "./lines.ts";

/** The document that is being read. */
export interface Reading {
  readonly locate: Locate;
  /** Takes down what is wrong at an offset. */
  readonly report: (code: ErrorCode, offset: number, message: string, fix: string) => void;
}

/** A key and its value. */
export interface Entry<T> {
  /** Offset of the key. */
  readonly key: number;
  readonly value: T;
}

/** What a kind of document makes of its nodes. Limits, aliases and duplicate keys are seen to before. */
export interface Values<T> {
  readonly schema: Schema;
  /** A value that nobody wrote, at the offset of what it belongs to. */
  readonly nothing: (offset: number, reading: Reading) => T;
  readonly scalar: (node: Scalar.Parsed, reading: Reading) => T;
  readonly list: (items: readonly T[], node: YAMLSeq.Parsed, reading: Reading) => T;
  /** `merged` are the values of merge keys, each with the offset of its key. */
  readonly map: (
    entries: ReadonlyMap<string, Entry<T>>,
    node: YAMLMap.Parsed,
    reading: Reading,
    merged: readonly Entry<T>[],
  ) => T;
  /** The text of a key; undefined, and a report, for what cannot be one. */
  readonly key: (node: ParsedNode, value: T, reading: Reading) => string | undefined;
  /** True for the key of a merge. Default: none is. */
  readonly isMergeKey?: (key: ParsedNode) => boolean;
  /** Reports an alias that stands inside what it repeats. */
  readonly circular: (alias: number, anchored: number, reading: Reading) => void;
}
