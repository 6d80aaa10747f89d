/** What a suffix of a Kubernetes quantity multiplies by: a power of ten, or of two. */
const tens: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const twos: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const pattern = /^([+-]?)([0-9]{1,40})?(?:\.([0-9]{0,40}))?([numkMGTPE]?|[KMGTPE]i|[eE][+-]?[0-9]{1,3})$/;

/** The smallest unit that a value is counted in: `1n`, and forty digits behind a dot, beyond any exponent. */
const digitsBehind = 64;
const largestExponent = 60;

/**
 * The value of a Kubernetes quantity such as `1000m`, `1`, `1Ki`, `1.5e3`, exactly: in units of 10^-64. Undefined for
 * what is no quantity, or is beyond all measure.
 */
export function quantityValue(text: string): bigint | undefined {
  const [, sign, whole = "", fraction = "", suffix = ""] = pattern.exec(text) ?? [];
  if (sign === undefined || (whole === "" && fraction === "")) return undefined;
  const two = twos[suffix] ?? 0;
  const ten = /^[eE][+-]?[0-9]/.test(suffix) ? Number(suffix.slice(1)) : (tens[suffix] ?? 0);
  const exponent = digitsBehind + ten - fraction.length;
  if (Math.abs(ten) > largestExponent || exponent < 0) return undefined;
  const value = BigInt(whole + fraction) * 10n ** BigInt(exponent) * 2n ** BigInt(two);
  return sign === "-" ? -value : value;
}

/** True if both are quantities of the same value: `1000m` and `1`, `1Gi` and `1024Mi`, the number 2 and `"2"`. */
export function sameQuantity(left: string | number, right: string | number): boolean {
  const value = quantityValue(String(left));
  return value !== undefined && value === quantityValue(String(right));
}
