import type { YamlLimits } from "../yaml/limits.ts";

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
