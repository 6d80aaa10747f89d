/** The first `1.2.3` in what a program prints about itself, without a `v`; undefined if there is none. */
export function readVersion(text: string): string | undefined {
  return /(?<![\d.])(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** Below 0 if `a` is older than `b`, above 0 if it is newer. Both as `1.2.3`; pre-releases are not told apart. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map((part) => Number.parseInt(part, 10)));
  const differences = (left ?? []).map((part, index) => part - (right?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** True if `version` lies in `[atLeast, below)`. */
export function isAccepted(version: string, range: { readonly atLeast: string; readonly below?: string }): boolean {
  const recent = compareVersions(version, range.atLeast) >= 0;
  return recent && (range.below === undefined || compareVersions(version, range.below) < 0);
}
