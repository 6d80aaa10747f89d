import type { Document, ParsedNode } from "yaml";
import { sameJson } from "../../manifest/json.ts";
import { fileLimits } from "../../manifest/limits.ts";
import type { Json } from "../../manifest/manifest.ts";
import { readYaml } from "../../manifest/yaml.ts";
import { composeDocuments } from "../compose.ts";
import { applyEdits, Unwritable, type Edit } from "./edit.ts";
import { rewriteNode } from "./node.ts";
import { styleOf } from "./style.ts";

/**
 * A YAML or JSON file that says something else in one of its documents. Every character outside of what changes stays:
 * comments, order, quotes, indentation, line ends. What is written is read again before it is returned.
 * @param number Of the document, from 1; empty ones count.
 * @param target What the document is to say.
 * @throws {Unwritable} where that would change more than it should: aliases, merged maps, another order of items.
 */
export function rewriteDocument(text: string, number: number, target: Json): string {
  const [mark, source] = text.startsWith("\uFEFF") ? ["\uFEFF", text.slice(1)] : ["", text];
  const values = valuesOf(source);
  const old = values[number - 1];
  const document = documentsOf(source)[number - 1];
  if (old === undefined || document?.contents == null) throw new Unwritable("the file has no such document");
  const edits: Edit[] = [];
  const context = { text: source, style: styleOf(source, document.contents), edits };
  rewriteNode(context, document.contents, old, target, { kind: "root" });
  const written = applyEdits(source, edits);
  check(written, values.with(number - 1, target));
  return mark + written;
}

/**
 * A file without one of its documents; undefined if nothing but empty ones would be left.
 * @throws {Unwritable}
 */
export function removeDocument(text: string, number: number): string | undefined {
  const [mark, source] = text.startsWith("\uFEFF") ? ["\uFEFF", text.slice(1)] : ["", text];
  const values = valuesOf(source);
  const rest = values.toSpliced(number - 1, 1);
  if (rest.every((value) => value === undefined || value === null)) return undefined;
  const documents = documentsOf(source);
  const [start, end] = [documents[number - 1]?.range[0], documents[number]?.range[0] ?? source.length];
  if (start === undefined) throw new Unwritable("the file has no such document");
  const written = source.slice(0, start) + source.slice(end);
  check(written, rest);
  return mark + written;
}

function documentsOf(text: string): readonly Document.Parsed<ParsedNode>[] {
  return [...composeDocuments(text, "failsafe", fileLimits)];
}

function valuesOf(text: string): readonly (Json | undefined)[] {
  return [...readYaml(text, "")].map(({ value, findings }) => {
    if (findings.length > 0) throw new Unwritable("the file cannot be read");
    return value;
  });
}

/** Whatever the edits did: the file says what it should, and nothing else. */
function check(written: string, wanted: readonly (Json | undefined)[]): void {
  const found = valuesOf(written);
  const same = found.length === wanted.length && found.every((value, at) => sameJson(value, wanted[at]));
  if (!same) throw new Unwritable("more of the file would change than it should, through an alias for instance");
}
