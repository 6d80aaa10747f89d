import { nearest } from "../../errors/nearest.ts";
import { quote } from "../../errors/quote.ts";
import { nodeAt, type MapNode, type Node, type Path, type ScalarNode } from "../node.ts";
import { enumerate } from "../text.ts";
import type { Budget } from "./limits.ts";
import { hasPlaceholder, parsePlaceholders } from "./placeholder.ts";

/** Something wrong in a template, at a path inside it. */
export interface TemplateProblem {
  readonly path: Path;
  readonly at?: "key";
  readonly message: string;
  readonly fix: string;
}

/** What instantiating needs. */
export interface Instance {
  /** Values by name: the maps `item`, `folder` and `cluster`, as far as the set has them. */
  readonly scope: MapNode;
  readonly budget: Budget;
  readonly report: (problem: TemplateProblem) => void;
}

/**
 * A template with its placeholders replaced. A scalar that is one placeholder becomes the value itself, with its type and
 * position; what a value holds is not read again. Keys stay as they are.
 */
export function instantiate(template: Node, instance: Instance, path: Path = []): Node {
  switch (template.kind) {
    case "scalar":
      return instantiateScalar(template, instance, path);
    case "list":
      instance.budget.spend(1);
      return { ...template, items: template.items.map((item, index) => instantiate(item, instance, [...path, index])) };
    case "map": {
      instance.budget.spend(1);
      const entries = [...template.entries].map(([key, entry]) => {
        const below = [...path, key];
        if (hasPlaceholder(key)) instance.report({ ...keyProblem, path: below });
        return [key, { ...entry, value: instantiate(entry.value, instance, below) }] as const;
      });
      return { ...template, entries: new Map(entries) };
    }
  }
}

const keyProblem = {
  at: "key",
  message: "A key is never replaced, so it cannot hold a placeholder.",
  fix: "Write the key out; only values may hold placeholders.",
} as const;

function instantiateScalar(template: ScalarNode, { scope, budget, report }: Instance, path: Path): Node {
  const { value } = template;
  if (typeof value !== "string" || !hasPlaceholder(value)) {
    budget.spend(1 + (typeof value === "string" ? value.length : 0));
    return template;
  }
  const parsed = parsePlaceholders(value);
  if ("problem" in parsed) {
    report({ path, message: parsed.problem, fix: parsed.fix });
    return template;
  }
  const [first, second] = parsed.parts;
  if (first !== undefined && "name" in first && second === undefined) {
    const found = nodeAt(scope, first.name);
    if (found === undefined) report({ path, ...unknownName(first.name, scope) });
    else spendOn(found, budget);
    // What a folder or cluster is called is written nowhere else.
    const isWritten = found?.kind !== "scalar" || found.written || found.value === null;
    return isWritten ? (found ?? template) : { ...found, written: true, at: template.at };
  }
  let isUnknown = false;
  const texts = parsed.parts.map((part): string => {
    if ("text" in part) return part.text;
    const found = nodeAt(scope, part.name);
    if (found?.kind === "scalar" && found.value !== null) {
      isUnknown ||= found.unknown === true;
      return String(found.value);
    }
    report({ path, ...(found === undefined ? unknownName(part.name, scope) : notPlain(part.name, found)) });
    return "";
  });
  const text = texts.join("");
  budget.spend(1 + text.length);
  return { kind: "scalar", value: text, written: true, at: template.at, ...(isUnknown ? { unknown: true } : {}) };
}

function unknownName(name: readonly string[], scope: MapNode): Pick<TemplateProblem, "message" | "fix"> {
  const written = name.join(".");
  const known = namesBelow(scope, "");
  const meant = nearest(written, known);
  const fix =
    meant === undefined ? `Known here: ${enumerate(known.slice(0, 12), "and")}.` : `Did you mean ${quote(meant)}?`;
  return { message: `There is no value ${quote(written)}.`, fix };
}

function notPlain(name: readonly string[], found: Node): Pick<TemplateProblem, "message" | "fix"> {
  const what = found.kind === "scalar" ? "nothing" : `a ${found.kind}`;
  return {
    message: `${quote(name.join("."))} is ${what}, which cannot stand inside other text.`,
    fix: "Use a plain value here; a list or map may only stand alone, as the whole value.",
  };
}

/** Dotted names of all values below a map; those of a list end at the list. */
function namesBelow(map: MapNode, prefix: string): readonly string[] {
  return [...map.entries].flatMap(([key, { value }]) =>
    value.kind === "map" ? namesBelow(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function spendOn(node: Node, budget: Budget): void {
  budget.spend(1 + (node.kind === "scalar" && typeof node.value === "string" ? node.value.length : 0));
  if (node.kind === "list") for (const item of node.items) spendOn(item, budget);
  if (node.kind === "map") for (const { value } of node.entries.values()) spendOn(value, budget);
}
