import { isJsonObject, isList } from "../../manifest/json.ts";
import type { Json } from "../../manifest/manifest.ts";
import { readScalar } from "../../manifest/scalar.ts";
import type { Style } from "./style.ts";

/** Where text goes, which decides how it may be written. `json`: inside brackets whose keys are quoted. */
export type Surroundings = "block" | "flow" | "json";

/** A value that fits on a line, as it is written behind `key: ` or `- `; undefined for maps and lists that are not empty. */
export function scalarText(value: Json, where: Surroundings): string | undefined {
  if (typeof value === "string") return textScalar(value, where);
  if (isList(value)) return value.length === 0 ? "[]" : undefined;
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? "{}" : undefined;
  return JSON.stringify(value);
}

/** What is behind a key and its colon: a value on the same line, or a block on the next. */
export function valueText(value: Json, indent: number, style: Style): string {
  const block = typeof value === "string" ? literalText(value, indent + style.step, style.eol) : undefined;
  if (block !== undefined) return ` ${block}`;
  const short = scalarText(value, "block");
  if (short !== undefined) return ` ${short}`;
  if (isList(value)) return `${style.eol}${listText(value, indent + style.listStep, style)}`;
  return isJsonObject(value) ? `${style.eol}${mapText(value, indent + style.step, style)}` : "";
}

/** A key and its value, without the indentation of the first line and without a line break at the end. */
export function entryText(key: string, value: Json, indent: number, style: Style): string {
  return `${textScalar(key, "block")}:${valueText(value, indent, style)}`;
}

/** What is behind the dash of an item at a column. */
export function itemText(value: Json, indent: number, style: Style): string {
  const block = typeof value === "string" ? literalText(value, indent + 2, style.eol) : undefined;
  if (block !== undefined) return block;
  const short = scalarText(value, "block");
  if (short !== undefined) return short;
  if (isList(value)) return listText(value, indent + 2, style).trimStart();
  return isJsonObject(value) ? mapText(value, indent + 2, style).trimStart() : "";
}

/** A value inside brackets, on one line. */
export function flowText(value: Json, where: "flow" | "json"): string {
  const short = scalarText(value, where);
  if (short !== undefined) return short;
  if (isList(value)) return `[${value.map((item) => flowText(item, where)).join(", ")}]`;
  if (!isJsonObject(value)) return "";
  const entries = Object.entries(value).map(([key, item]) => flowEntry(key, item, where));
  return where === "json" ? `{${entries.join(", ")}}` : `{ ${entries.join(", ")} }`;
}

/** A key and its value inside brackets. */
export function flowEntry(key: string, value: Json, where: "flow" | "json"): string {
  return `${textScalar(key, where)}: ${flowText(value, where)}`;
}

/** Text of several lines as a literal block, its header first; undefined for text that cannot be written so. */
export function literalText(text: string, indent: number, eol: string): string | undefined {
  if (!/^[^\s][^\r\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]*\n/.test(text)) {
    return undefined;
  }
  if (/[\r\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/.test(text)) {
    return undefined;
  }
  const body = text.replace(/\n+$/, "");
  const breaks = text.length - body.length;
  const header = breaks === 0 ? "|-" : breaks === 1 ? "|" : "|+";
  const lines = [...body.split("\n"), ...Array.from({ length: Math.max(0, breaks - 1) }, () => "")];
  return [header, ...lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line))].join(eol);
}

/** Text that both kubectl and stricter readers take for text, quoted where it must be. */
export function textScalar(text: string, where: Surroundings, prefer?: "'" | '"'): string {
  if (where !== "json" && prefer === undefined && isPlain(text, where)) return text;
  if (where !== "json" && prefer === "'" && /^[ -~\u00a1-\ud7ff]*$/.test(text))
    return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isPlain(text: string, where: "block" | "flow"): boolean {
  // Times and dates are text to kubectl, and numbers or dates to others.
  if (!/^(--?(?=\p{L}))?[\p{L}\p{N}_/.$(][\p{L}\p{N}\p{P}\p{S} ]*$/u.test(text) || /^[\d.:-]+(T.*)?$/.test(text)) {
    return /^(\d+\.\d+\.\d[\d.]*|[\d.]+\.\d+\.\d+)$/.test(text) && isText(text);
  }
  if (/: |:$| #| $/.test(text) || (where === "flow" && /[,[\]{}]/.test(text))) return false;
  return isText(text);
}

function isText(text: string): boolean {
  const reading = readScalar({ text, plain: true });
  return "value" in reading && reading.value === text;
}

function mapText(value: { readonly [key: string]: Json }, indent: number, style: Style): string {
  return Object.entries(value)
    .map(([key, item]) => " ".repeat(indent) + entryText(key, item, indent, style))
    .join(style.eol);
}

function listText(items: readonly Json[], indent: number, style: Style): string {
  return items.map((item) => `${" ".repeat(indent)}- ${itemText(item, indent, style)}`).join(style.eol);
}
