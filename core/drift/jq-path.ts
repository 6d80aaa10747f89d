import type { Condition, PathPart, PathPattern, Where } from "./path-pattern.ts";

/** What is wrong with a path, and at which character, from 1. */
export interface PathProblem {
  readonly problem: string;
  readonly character: number;
}

/** Alternatives multiply where one selection follows another. */
const mostWays = 64;

const token =
  /\s*(?:(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>==|!=|[.[\]()|?]))/y;

interface Token {
  readonly kind: "string" | "number" | "word" | "sign";
  readonly text: string;
  readonly character: number;
}

/**
 * Reads a path in the part of jq's language that names fields: `.a.b`, `."a-b"`, `.a["b"]`, `.a[0]`, `.a[]`, `|`, and
 * `select(<path> == <value>)` with `!=`, `and`, `or`. Nothing that computes.
 */
export function parseJqPath(text: string): PathPattern | PathProblem {
  try {
    return new Parser(text).pattern();
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message, character: error.character };
    throw error;
  }
}

class Unreadable extends Error {
  readonly character: number;

  constructor(message: string, character: number) {
    super(message);
    this.character = character;
  }
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  pattern(): PathPattern {
    let where: Where = [];
    const parts: PathPart[] = [];
    this.#path(parts);
    while (this.#takes("|")) {
      const { character } = this.#peek() ?? { character: 1 };
      if (this.#takes("select")) {
        this.#expect("(");
        const last = parts.pop();
        const narrowed = both(last?.where ?? where, this.#where());
        if (narrowed.length > mostWays) throw new Unreadable("there are too many alternatives", character);
        if (last === undefined) where = narrowed;
        else parts.push({ ...last, where: narrowed });
        this.#expect(")");
        this.#suffixes(parts);
      } else {
        this.#path(parts);
      }
    }
    const rest = this.#peek();
    if (rest !== undefined) throw this.#unexpected('"|" or the end');
    return { text: this.#text, where, parts };
  }

  /** `.`, or `.` and names. */
  #path(parts: PathPart[]): void {
    if (this.#peek()?.text !== ".") throw this.#unexpected('a path that begins with "."');
    const next = this.#tokens[this.#at + 1];
    if (next === undefined || next.text === "|" || next.text === "[") this.#at += 1;
    this.#suffixes(parts);
  }

  #suffixes(parts: PathPart[]): void {
    for (;;) {
      if (this.#takes(".")) {
        if (this.#peek()?.text === "[") continue;
        parts.push({ name: this.#name(), where: [] });
      } else if (this.#takes("[")) {
        parts.push(this.#bracket());
      } else if (!this.#takes("?")) {
        return;
      }
    }
  }

  #name(): string {
    const found = this.#peek();
    if (found?.kind === "word") return this.#next().text;
    if (found?.kind === "string") return this.#string();
    throw this.#unexpected("a name");
  }

  #bracket(): PathPart {
    if (this.#takes("]")) return { where: [] };
    const found = this.#peek();
    const name =
      found?.kind === "string"
        ? this.#string()
        : found?.kind === "number" && /^\d+$/.test(found.text)
          ? this.#next().text
          : undefined;
    if (name === undefined) throw this.#unexpected('"]", a name in quotes or a number from 0');
    this.#expect("]");
    return { name, where: [] };
  }

  #where(): Where {
    const any = [this.#all()];
    while (this.#takes("or")) any.push(this.#all());
    return any;
  }

  #all(): readonly Condition[] {
    const all = [this.#condition()];
    while (this.#takes("and")) all.push(this.#condition());
    return all;
  }

  #condition(): Condition {
    const start = this.#peek();
    const parts: PathPart[] = [];
    this.#path(parts);
    const keys = parts.flatMap(({ name }) => name ?? []);
    if (keys.length < parts.length) {
      throw new Unreadable('a condition has "[]" in it, which may mean several values', start?.character ?? 1);
    }
    const equal = this.#takes("==");
    if (!equal && !this.#takes("!=")) throw this.#unexpected('"==" or "!="');
    return { keys, equal, value: this.#literal() };
  }

  #literal(): Condition["value"] {
    const found = this.#peek();
    if (found?.kind === "string") return this.#string();
    if (found?.kind === "number") return Number(this.#next().text);
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (this.#takes(word)) return value;
    }
    throw this.#unexpected("a text in quotes, a number, true, false or null");
  }

  #string(): string {
    const { text, character } = this.#next();
    try {
      return String(JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError) throw new Unreadable("the text in quotes is not as JSON has it", character);
      throw error;
    }
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(): Token {
    const found = this.#peek();
    if (found === undefined) throw this.#unexpected("more");
    this.#at += 1;
    return found;
  }

  #takes(text: string): boolean {
    const found = this.#peek();
    if (found?.text !== text || found.kind === "string") return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw this.#unexpected(`"${text}"`);
  }

  #unexpected(expected: string): Unreadable {
    return new Unreadable(`${expected} is expected`, this.#peek()?.character ?? this.#text.length + 1);
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const matcher = new RegExp(token);
  const end = text.trimEnd().length;
  while (matcher.lastIndex < end) {
    const start = matcher.lastIndex;
    const groups = matcher.exec(text)?.groups;
    const kind = (["string", "number", "word", "sign"] as const).find((each) => groups?.[each] !== undefined);
    const found = kind === undefined ? undefined : groups?.[kind];
    if (kind === undefined || found === undefined) {
      const skipped = text.slice(start).length - text.slice(start).trimStart().length;
      throw new Unreadable("this is nothing that a path may hold", start + skipped + 1);
    }
    tokens.push({ kind, text: found, character: matcher.lastIndex - found.length + 1 });
  }
  return tokens;
}

/** Both must hold: each way in which the one does, with each way in which the other does. */
function both(left: Where, right: Where): Where {
  if (left.length === 0) return right;
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}
