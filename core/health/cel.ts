import { createRequire } from "node:module";
import type * as Cel from "@marcbachmann/cel-js";
import { isJsonObject, isList } from "../manifest/json.ts";
import type { Json, KubernetesObject } from "../manifest/manifest.ts";

/** An expression of the Common Expression Language over a live object. */
export interface Expression {
  /** True or false; or, as a text, why it cannot be told: a field that is not there, say. */
  evaluate(object: KubernetesObject): boolean | string;
}

/** What is wrong with an expression, and at which character, from 1. */
export interface ExpressionProblem {
  readonly problem: string;
  readonly character: number;
}

/** Characters of an expression. */
export const longestExpression = 2_000;
const limits = { maxAstNodes: 500, maxDepth: 40, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 10 };
/** Parts of an object that stand for themselves; `self` is all of it. */
const fields = ["apiVersion", "kind", "metadata", "spec", "status", "data"] as const;
const loops: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter", "map"]);
/** A loop over a list for each entry of a list is as much as an evaluation may take. */
const deepestLoop = 2;

/** Parses an expression and checks its types, so far as they are known; it must give true or false. */
export function parseExpression(text: string): Expression | ExpressionProblem {
  if (text.length > longestExpression) return { problem: "it is too long", character: longestExpression };
  const { ParseError } = library();
  try {
    const parsed = environment().parse(text);
    const { valid, type, error } = parsed.check();
    if (!valid) return { problem: error?.summary ?? "it is wrong", character: (error?.range?.start ?? 0) + 1 };
    if (type !== "bool" && type !== "dyn")
      return { problem: `it gives a ${type ?? "value"}, not a bool`, character: 1 };
    return refused(parsed.ast, 0) ?? { evaluate: (object) => evaluate(parsed, object) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { problem: error.summary, character: (error.range?.start ?? 0) + 1 };
  }
}

function evaluate(parsed: Cel.ParseResult, object: KubernetesObject): boolean | string {
  const { EvaluationError } = library();
  try {
    const parts = Object.fromEntries(fields.map((field) => [field, toCel(object[field] ?? {})]));
    const value: unknown = parsed({ ...parts, self: toCel(object) });
    return typeof value === "boolean" ? value : "it does not give true or false";
  } catch (error) {
    if (error instanceof EvaluationError) return error.summary;
    throw error;
  }
}

/** Whole numbers of Kubernetes are integers, which JavaScript does not tell from others. */
function toCel(value: Json): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (isList(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item)]));
}

/** What could take for ever: regular expressions, and loops in loops in loops. */
function refused({ op, args, start }: Cel.ASTNode, depth: number): ExpressionProblem | undefined {
  const called = op === "rcall" || op === "call" ? args[0] : "";
  if (called === "matches") {
    return { problem: "matches() is not offered; use contains(), startsWith() or endsWith()", character: start + 1 };
  }
  const inside = loops.has(called) ? depth + 1 : depth;
  if (inside > deepestLoop) return { problem: "it has a loop in a loop in a loop", character: start + 1 };
  // What a loop goes through is not inside of it: chains of loops are fine.
  if (op === "rcall") return refused(args[1], depth) ?? first(args[2], (node) => refused(node, inside));
  return first(nodesIn(args), (node) => refused(node, inside));
}

function nodesIn(value: unknown): readonly Cel.ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is Cel.ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

let loaded: typeof Cel | undefined;
let known: Cel.Environment | undefined;

/** Loaded only where an environment has expressions: it takes as long as reading a document. */
function library(): typeof Cel {
  loaded ??= createRequire(import.meta.url)("@marcbachmann/cel-js") as typeof Cel;
  return loaded;
}

function environment(): Cel.Environment {
  if (known === undefined) {
    const { Environment } = library();
    known = new Environment({ limits, unlistedVariablesAreDyn: false });
    for (const field of [...fields, "self"]) known.registerVariable(field, "dyn");
  }
  return known;
}
