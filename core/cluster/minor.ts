/** The minor version of a Kubernetes version such as `1.33`, `v1.33.4` or `1.33+`, or undefined if it is none. */
export function minorOf(version: string): number | undefined {
  const text = /^v?1\.(\d{1,3})(?!\d)/.exec(version)?.[1];
  return text === undefined ? undefined : Number(text);
}

/** The same of what was checked to be a version; NaN if it is none. */
export function minorOfKnown(version: string): number {
  return minorOf(version) ?? NaN;
}
