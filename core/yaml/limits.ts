import type { ErrorCode } from "../errors/codes.ts";

/** How much YAML may cost to read. Checked before the work is done, so that hostile files are refused quickly. */
export interface YamlLimits {
  /** Size of one file in bytes. */
  readonly bytes: number;
  /** Lexical tokens of one file, blanks included. A dense file of 5 MiB has about 1.4 million. */
  readonly tokens: number;
  /** Levels of maps and lists inside each other, aliases followed. */
  readonly depth: number;
  /** Keys of one map. */
  readonly keys: number;
  /** Items of one list. */
  readonly items: number;
  /** Aliases in one document. Default: as many as `aliasCharacters` allows. */
  readonly aliases?: number;
  /** Characters that aliases add to one document when they are written out. */
  readonly aliasCharacters: number;
}

/** Nothing more of the file can be read. */
export class Unreadable extends Error {
  readonly code: ErrorCode;
  /** Offset in characters from the start of the file. */
  readonly offset: number;
  readonly fix: string;

  constructor(code: ErrorCode, offset: number, message: string, fix: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.offset = offset;
    this.fix = fix;
  }
}

/** A limit was reached. */
export class LimitReached extends Unreadable {
  constructor(message: string, offset: number) {
    super("YAML_LIMIT", offset, message, "Split the file into smaller ones, or make it simpler.");
  }
}
