import { quote } from "../errors/quote.ts";
import type { Path } from "./node.ts";

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
  return joinWords([...values].map(quote), conjunction);
}

/** `a, b and c`: texts as they are; empty for none. */
export function joinWords(words: readonly string[], conjunction: "and" | "or"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
