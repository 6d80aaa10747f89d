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
  const quoted = [...values].map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${conjunction} ${last}`;
}
