import { z } from "zod";
import { quote } from "../errors/quote.ts";
import { explainIssue } from "./issues.ts";
import { nodeAt, toValue, unsafeKeys, type MapNode, type Node, type Path } from "./node.ts";
import type { Problem } from "./problem.ts";
import { schemaAt } from "./shape.ts";

/** What a document is checked against. */
export interface Rules<T> {
  readonly schema: z.ZodType<T>;
  /** Name of the environment, for the words of a fix. */
  readonly environment: string;
  /** True for a document that may leave anything out, as `_base.yaml` does. */
  readonly partial?: boolean;
}

/** Checks a document against its schema: the typed value if all is well, else every problem. */
export function validate<T>(
  root: MapNode,
  rules: Rules<T>,
): { readonly value: T | undefined; readonly problems: readonly Problem[] } {
  const value = toValue(root);
  const result = rules.schema.safeParse(value);
  const problems = [...unsafeKeyProblems(root), ...(result.error?.issues ?? []).flatMap((issue) => explain(issue))];
  return { value: problems.length === 0 ? result.data : undefined, problems };

  function explain(issue: z.core.$ZodIssue): readonly Problem[] {
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    if (rules.partial === true && nodeAt(root, path) === undefined) return [];
    const own = explainIssue(issue, path, { root, schema: rules.schema, environment: rules.environment });
    return issue.code === "invalid_key" ? [...own, ...valueProblems(path)] : own;
  }

  /** zod does not look at a value whose key is wrong; a person wants to know of both. */
  function valueProblems(path: Path): readonly Problem[] {
    const schema = schemaAt(rules.schema, path);
    const node = nodeAt(root, path);
    if (!(schema instanceof z.ZodType) || node === undefined) return [];
    const issues = schema.safeParse(toValue(node)).error?.issues ?? [];
    return issues.flatMap((issue) => explain({ ...issue, path: [...path, ...issue.path] }));
  }
}

function unsafeKeyProblems(node: Node, path: Path = []): readonly Problem[] {
  if (node.kind === "list") return node.items.flatMap((item, index) => unsafeKeyProblems(item, [...path, index]));
  if (node.kind === "scalar") return [];
  return [...node.entries].flatMap(([key, entry]) => {
    const below = [...path, key];
    if (!unsafeKeys.has(key)) return unsafeKeyProblems(entry.value, below);
    const message = `The key ${quote(key)} is reserved: it could change how a program treats the whole document.`;
    return [{ code: "NAME_INVALID", path: below, at: "key", message, fix: "Use another name." }];
  });
}
