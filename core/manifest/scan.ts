import type { CST } from "yaml";
import type { YamlLimits } from "./limits.ts";

/** A limit was reached: nothing more of the file is read. */
export class LimitReached extends Error {
  /** Offset in characters from the start of the file. */
  readonly offset: number;
  readonly fix = "Split the file into smaller ones, or make it simpler.";

  constructor(message: string, offset: number) {
    super(message);
    this.name = "LimitReached";
    this.offset = offset;
  }
}

/**
 * Refuses what is nested too deeply or has too many keys in a document that is parsed but not yet composed.
 * Composing recurses, so this walk must not.
 * @throws {LimitReached}
 */
export function scanDocument(document: CST.Token, limits: YamlLimits): void {
  const pending: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = [
    { token: document, depth: 0 },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (token?.type === "document") pending.push({ token: token.value, depth });
    if (token?.type !== "block-map" && token?.type !== "block-seq" && token?.type !== "flow-collection") continue;
    if (depth >= limits.depth)
      throw new LimitReached(`Maps and lists are nested more than ${limits.depth} levels deep.`, token.offset);
    const isMap = token.type === "block-map" || (token.type === "flow-collection" && token.start.source === "{");
    if (isMap && token.items.length > limits.keys)
      throw new LimitReached(`One map has more than ${limits.keys} keys.`, token.offset);
    for (const item of token.items)
      pending.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
  }
}
