import type { CST } from "yaml";
import { LimitReached, type YamlLimits } from "./limits.ts";

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
    if (!isCollection(token)) continue;
    checkCollection(token, depth, limits);
    for (const item of token.items)
      pending.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
  }
}

/**
 * Refuses what has become too deep or too large already, while it is being parsed.
 * @throws {LimitReached}
 */
export function scanUnfinished(stack: readonly CST.Token[], limits: YamlLimits): void {
  for (const [depth, token] of stack.filter(isCollection).entries()) checkCollection(token, depth, limits);
}

type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

function isCollection(token: CST.Token | null | undefined): token is Collection {
  return token?.type === "block-map" || token?.type === "block-seq" || token?.type === "flow-collection";
}

function checkCollection(token: Collection, depth: number, limits: YamlLimits): void {
  if (depth >= limits.depth)
    throw new LimitReached(`Maps and lists are nested more than ${limits.depth} levels deep.`, token.offset);
  const isMap = token.type === "block-map" || (token.type === "flow-collection" && token.start.source === "{");
  const most = isMap ? limits.keys : limits.items;
  if (token.items.length > most)
    throw new LimitReached(
      `One ${isMap ? "map" : "list"} has more than ${most} ${isMap ? "keys" : "items"}.`,
      token.offset,
    );
}
