import { Composer, Lexer, LineCounter, Parser, type CST, type Document, type ParsedNode } from "yaml";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { convertDocument } from "./convert.ts";
import { fileLimits, type YamlLimits } from "./limits.ts";
import { locateOffset } from "./locate.ts";
import type { Json } from "./manifest.ts";
import { LimitReached, scanDocument, scanUnfinished } from "./scan.ts";

/** One document of a YAML or JSON file. */
export interface YamlDocument {
  /** From 1; empty documents count. */
  readonly number: number;
  /** Where its content starts. */
  readonly place: Place;
  /** What it says. Undefined if it is empty, or if one of its findings makes it meaningless. */
  readonly value: Json | undefined;
  readonly findings: readonly Finding[];
  /** Place of the field at a path of keys and indexes, or of the nearest one above it that exists. */
  readonly locate: (path: readonly (string | number)[]) => Place;
}

type PlaceAt = (offset: number) => Place;

/** Tokens between two looks at what is being parsed. */
const unfinishedEvery = 10_000;

// What YAML allows nowhere in a file, and the Go parsers refuse too.
const controlCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Reads a file document by document, with the values that kubectl gives them. Never throws: what is wrong is among the
 * findings of its document (YAML_SYNTAX, YAML_DUPLICATE_KEY, YAML_LIMIT, SCHEMA_INVALID), each with line and column.
 * After YAML_LIMIT nothing more of the file is read.
 */
export function* readYaml(text: string, file: string, limits: YamlLimits = fileLimits): Generator<YamlDocument> {
  const lines = new LineCounter();
  const placeAt: PlaceAt = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const control = text.search(controlCharacter);
  if (control !== -1) {
    const place = placeIn(text, control, file);
    const message = "The file holds a control character, which YAML does not allow.";
    const fix = "Remove it, or save the file as UTF-8 text.";
    yield brokenDocument(1, place, errorFinding("YAML_SYNTAX", message, fix, place));
    return;
  }
  let number = 0;
  try {
    for (const parsed of composeDocuments(text, lines, limits)) {
      number += 1;
      yield readDocument(parsed, number, limits, placeAt);
    }
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    const place = placeAt(error.offset);
    yield brokenDocument(number + 1, place, errorFinding("YAML_LIMIT", error.message, error.fix, place));
  }
}

function placeIn(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function* composeDocuments(
  text: string,
  lines: LineCounter,
  limits: YamlLimits,
): Generator<Document.Parsed<ParsedNode>> {
  // Every scalar stays text (failsafe) and keys are not compared (that is quadratic): convert.ts does both.
  const composer = new Composer<ParsedNode>({ schema: "failsafe", uniqueKeys: false });
  for (const token of parseTokens(text, lines, limits)) {
    scanDocument(token, limits);
    yield* composer.next(token);
  }
  yield* composer.end(true, text.length);
}

function* parseTokens(text: string, lines: LineCounter, limits: YamlLimits): Generator<CST.Token> {
  if (Buffer.byteLength(text) > limits.bytes)
    throw new LimitReached(`The file is larger than ${limits.bytes} bytes.`, 0);
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > limits.tokens) throw new LimitReached(`The file has more than ${limits.tokens} tokens.`, parser.offset);
    if (count % unfinishedEvery === 0) scanUnfinished(parser.stack, limits);
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

function readDocument(
  parsed: Document.Parsed<ParsedNode>,
  number: number,
  limits: YamlLimits,
  placeAt: PlaceAt,
): YamlDocument {
  const { contents } = parsed;
  const place = placeAt(contents?.range[0] ?? parsed.range[0]);
  const locate = (path: readonly (string | number)[]): Place => placeAt(locateOffset(contents, path));

  // One mistake tends to cause several messages; the first is the one to mend.
  const [error] = parsed.errors;
  if (error !== undefined) {
    const fix = error.code === "TAB_AS_INDENT" ? "Indent with spaces." : "Correct the YAML at this place.";
    const message = `This is not valid YAML: ${error.message.replace(/\.$/, "")}.`;
    const finding = errorFinding("YAML_SYNTAX", message, fix, placeAt(error.pos[0]));
    return { number, place, value: undefined, findings: [finding], locate };
  }
  const { value, problems } = convertDocument(contents, limits);
  const findings = problems.map(({ code, message, fix, offset }) => errorFinding(code, message, fix, placeAt(offset)));
  return { number, place, value: findings.length === 0 ? value : undefined, findings, locate };
}

function brokenDocument(number: number, place: Place, finding: Finding): YamlDocument {
  return { number, place, value: undefined, findings: [finding], locate: () => place };
}
