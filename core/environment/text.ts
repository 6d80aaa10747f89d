import type { Path } from "./node.ts";

const longest = 60;

/** A value from a document as a message may show it: quoted, short, and with nothing that a terminal would act on. */
export function quote(value: string): string {
  const short = value.length > longest ? `${value.slice(0, longest)}…` : value;
  return escapeInvisible(JSON.stringify(short));
}

/** Like `quote`, with every letter beyond ASCII as its code: for names, where a look-alike would confuse. */
export function quoteName(value: string): string {
  return quote(value).replace(/[^ -~…]/gu, codePoint);
}

/** A path as documents and messages write it: `tenants.shop.quota["requests.cpu"]`, `dependsOn[0]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (/^[A-Za-z0-9_-]{1,80}$/.test(step)) return index === 0 ? step : `.${step}`;
      return `[${quote(step)}]`;
    })
    .join("");
}

/** `"a", "b" and "c"`. */
export function enumerate(values: Iterable<string>, conjunction: "and" | "or" = "or"): string {
  const quoted = [...values].map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${conjunction} ${last}`;
}

function escapeInvisible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, codePoint);
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
