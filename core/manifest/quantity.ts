import type { Json } from "./manifest.ts";

const form = /^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?[0-9]{1,3}))?$/;
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/**
 * The amount that a Kubernetes quantity stands for: `500m` is 0.5, `1Ki` is 1024. Undefined for what is none. As exact
 * as a number is, which is enough to compare.
 */
export function parseQuantity(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  const match = typeof value === "string" ? form.exec(value) : null;
  if (match === null) return undefined;
  const [, digits, power, letter, exponent] = match;
  if (power !== undefined) return Number(digits) * 1024 ** (binary.indexOf(power) + 1);
  const zeros = letter === undefined ? Number(exponent ?? 0) : (decimal[letter] ?? 0);
  return Number(`${digits}e${zeros}`);
}
