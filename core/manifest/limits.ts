/** How much YAML may cost to read. Checked before the work is done, so that hostile files are refused quickly. */
export interface YamlLimits {
  /** Size of one file in bytes. */
  readonly bytes: number;
  /** Lexical tokens of one file. A dense file of 5 MiB has about 1.4 million. */
  readonly tokens: number;
  /** Levels of maps and lists inside each other, aliases followed. */
  readonly depth: number;
  /** Keys of one map. */
  readonly keys: number;
  /** Items of one list. */
  readonly items: number;
  /** Characters that aliases add to one document when they are written out. */
  readonly aliasCharacters: number;
}

/** Limits of a file that someone wrote. */
export const fileLimits: YamlLimits = {
  bytes: 5 * 1024 ** 2,
  tokens: 1_500_000,
  depth: 100,
  keys: 10_000,
  items: 20_000,
  aliasCharacters: 1024 ** 2,
};

/** Limits of what a renderer wrote: bounded by the renderer's own limits first. */
export const outputLimits: YamlLimits = { ...fileLimits, bytes: 64 * 1024 ** 2, tokens: 20_000_000 };
