/** Labels that a cluster must have: all of these; of a list of values, one. */
export type ClusterMatch = Readonly<Record<string, string | readonly string[]>>;

/** True if the labels of a cluster are what a match asks for. A match of nothing fits every cluster. */
export function labelsFit(labels: Readonly<Record<string, string>>, match: ClusterMatch): boolean {
  return Object.entries(match).every(
    ([label, allowed]) => Object.hasOwn(labels, label) && [allowed].flat().includes(labels[label] ?? ""),
  );
}

/** A match as a person would say it: `region: eu, tier: canary or staging`. */
export function matchTitle(match: ClusterMatch): string {
  const parts = Object.entries(match).map(([label, allowed]) => `${label}: ${[allowed].flat().join(" or ")}`);
  return parts.length === 0 ? "any labels" : parts.join(", ");
}
