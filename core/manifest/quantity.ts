import type { Json } from "./manifest.ts";

/** What a suffix of a quantity multiplies by: a power of ten, or of two. */
const tens: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const twos: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** No amount needs more digits than this, nor a longer exponent: what does is none, and costs no time. */
const form = /^([+-]?)([0-9]{0,100})(?:\.([0-9]{0,100}))?([numkMGTPE]?|[KMGTPE]i|[eE][+-]?[0-9]{1,3})$/;

/** Digits behind the dot of an amount: Kubernetes keeps billionths. */
const digitsBehind = 9;

/**
 * What a Kubernetes quantity stands for, exactly and in billionths: `500m` is 500,000,000 of them, `1Ki` 1024 times
 * 10^9. Less than a billionth is rounded away from zero, as Kubernetes does. Undefined for what is no quantity.
 */
export function exactQuantity(value: Json | undefined): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] = form.exec(String(value)) ?? [];
  if (sign === undefined || (whole === "" && fraction === "")) return undefined;
  const ten = /^[eE][+-]?[0-9]/.test(suffix) ? Number(suffix.slice(1)) : (tens[suffix] ?? 0);
  const digits = BigInt(whole + fraction) * 2n ** BigInt(twos[suffix] ?? 0);
  const exponent = digitsBehind + ten - fraction.length;
  const amount = exponent >= 0 ? digits * 10n ** BigInt(exponent) : dividedUp(digits, 10n ** BigInt(-exponent));
  return sign === "-" ? -amount : amount;
}

/** The same as a number, which is near enough to compare: `500m` is 0.5, `1Ki` is 1024. */
export function quantity(value: Json | undefined): number | undefined {
  const exact = exactQuantity(value);
  return exact === undefined ? undefined : Number(`${exact}e-${digitsBehind}`);
}

/** True if both are quantities of the same amount: `1000m` and `1`, `1Gi` and `1024Mi`, the number 2 and `"2"`. */
export function sameQuantity(left: Json, right: Json): boolean {
  const exact = exactQuantity(left);
  return exact !== undefined && exact === exactQuantity(right);
}

function dividedUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}
