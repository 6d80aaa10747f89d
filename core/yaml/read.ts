import { isScalar, type Document, type ParsedNode } from "yaml";
import { errorFinding, type Finding } from "../errors/finding.ts";
import { composeDocuments } from "./compose.ts";
import { Conversion } from "./convert.ts";
import { LimitReached, Unreadable, type YamlLimits } from "./limits.ts";
import { locator, type Locate, type Position } from "./lines.ts";
import { syntaxFindings } from "./syntax.ts";
import type { Reading, Values } from "./values.ts";

/** One document of a YAML or JSON file. */
export interface ReadDocument<T> {
  /** From 1; empty documents count. */
  readonly number: number;
  /** Where the document starts, its `---` included. */
  readonly start: Position;
  /** Its nodes; null if there are none, or none that can be trusted. */
  readonly contents: ParsedNode | null;
  /** What it says. Undefined if it is empty, not valid YAML, or beyond the limits. */
  readonly value: T | undefined;
  /** YAML_SYNTAX, YAML_DUPLICATE_KEY, YAML_LIMIT, and what the values report. */
  readonly findings: readonly Finding[];
  readonly locate: Locate;
}

// What YAML allows nowhere in a file, and the Go parsers refuse too.
const controlCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Reads a file document by document. Never throws: what is wrong is among the findings of its document, each with line
 * and column; none repeats text of the file except keys. After YAML_LIMIT nothing more of the file is read.
 * A byte order mark at the start is no column.
 */
export function* readDocuments<T>(
  text: string,
  file: string,
  values: Values<T>,
  limits: YamlLimits,
): Generator<ReadDocument<T>> {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const isTooLarge = Buffer.byteLength(source) > limits.bytes;
  const locate = locator(isTooLarge ? "" : source, file);
  let number = 1;
  try {
    if (isTooLarge) throw new LimitReached(`The file is larger than ${limits.bytes} bytes.`, 0);
    checkCharacters(source);
    for (const parsed of composeDocuments(source, values.schema, limits)) {
      yield { number, start: locate(parsed.range[0]), ...convert(parsed, values, limits, locate), locate };
      number += 1;
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const start = locate(error.offset);
    const findings = [errorFinding(error.code, error.message, error.fix, start)];
    yield { number, start, contents: null, value: undefined, findings, locate };
  }
}

function checkCharacters(text: string): void {
  const found = controlCharacter.exec(text);
  if (found === null) return;
  const what = found[0] === "\0" ? "a NUL byte" : "a control character";
  const message = `The file holds ${what}, which YAML does not allow.`;
  throw new Unreadable("YAML_SYNTAX", found.index, message, "Remove it and save the file as UTF-8 text.");
}

function convert<T>(
  { contents, errors }: Document.Parsed<ParsedNode>,
  values: Values<T>,
  limits: YamlLimits,
  locate: Locate,
): Pick<ReadDocument<T>, "contents" | "value" | "findings"> {
  if (errors.length > 0) return { contents, value: undefined, findings: syntaxFindings(errors, locate) };
  const isEmpty = contents === null || (isScalar(contents) && contents.type === "PLAIN" && contents.source === "");
  if (isEmpty) return { contents, value: undefined, findings: [] };
  const findings: Finding[] = [];
  const report: Reading["report"] = (code, offset, message, fix) => {
    findings.push(errorFinding(code, message, fix, locate(offset)));
  };
  const value = new Conversion(values, limits, { locate, report }).value(contents);
  return { contents, value, findings };
}
