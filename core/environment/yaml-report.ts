import type { ErrorCode } from "../errors/codes.ts";
import type { Finding } from "../errors/finding.ts";
import type { Position } from "./node.ts";

/** The text of one file while it is read: where an offset is, and how to report something there. */
export interface Reading {
  readonly text: string;
  readonly position: (offset: number) => Position;
  readonly report: (code: ErrorCode, offset: number, message: string, fix: string) => Finding;
}

/**
 * Limits on what a document may cost to read. The largest input that they allow takes less than a second;
 * without them 355 bytes can ask for gigabytes.
 */
export const yamlLimits = {
  /** Bytes of a file. */
  bytes: 1024 * 1024,
  /** Tokens of a file, blanks included. */
  tokens: 200_000,
  /** Maps and lists inside one another. */
  depth: 64,
  /** Values once aliases are expanded. */
  values: 50_000,
  /** Uses of aliases. */
  aliases: 100,
} as const;
