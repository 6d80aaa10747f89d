import { Composer, Lexer, Parser, type CST, type Document, type ParsedNode } from "yaml";
import { LimitReached, type YamlLimits } from "./limits.ts";
import { scanDocument, scanUnfinished } from "./scan.ts";

/** Tokens between two looks at what is being parsed. */
const unfinishedEvery = 10_000;

/** What plain scalars become: text (`failsafe`), or what YAML 1.2 says (`core`). No directive of a file changes that. */
export type Schema = "failsafe" | "core";

/**
 * Composes the documents of a text one by one; at least one, be it empty. Keys are not compared here: the parser would
 * take quadratic time for it.
 * @throws {LimitReached} before the parser would spend what the limits do not allow.
 */
export function* composeDocuments(
  text: string,
  schema: Schema,
  limits: YamlLimits,
): Generator<Document.Parsed<ParsedNode>> {
  const composer = new Composer<ParsedNode>({ schema, merge: false, uniqueKeys: false });
  for (const token of parseTokens(text, limits)) {
    scanDocument(token, limits);
    yield* composer.next(token);
  }
  yield* composer.end(true, text.length);
}

function* parseTokens(text: string, limits: YamlLimits): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > limits.tokens) throw new LimitReached(`The file has more than ${limits.tokens} tokens.`, parser.offset);
    if (count % unfinishedEvery === 0) scanUnfinished(parser.stack, limits);
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}
