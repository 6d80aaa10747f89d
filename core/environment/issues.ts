import type { z } from "zod";
import { quote } from "../errors/quote.ts";
import { formatOf, formats } from "./formats.ts";
import { nearest } from "../errors/nearest.ts";
import { nodeAt, type MapNode, type Node, type Path } from "./node.ts";
import type { Problem } from "./problem.ts";
import { clusterKinds } from "./schema/cluster.ts";
import { packKinds } from "./schema/policy.ts";
import { descriptionAt, keysAt } from "./shape.ts";
import { enumerate, formatPath, joinWords } from "./text.ts";

type Issue = z.core.$ZodIssue;

/** The document in which an issue was found. */
export interface IssueContext {
  readonly root: MapNode;
  readonly schema: unknown;
  readonly environment: string;
}

/** Says an issue of zod's in the words of the document: what was expected, what was found, what to write. */
export function explainIssue(issue: Issue, path: Path, context: IssueContext): readonly Problem[] {
  const node = nodeAt(context.root, path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path, context));
  if (node === undefined) return [missing(path, context)];
  if (node.kind === "scalar" && node.value === null) return [empty(node.written, path, context)];

  switch (issue.code) {
    case "invalid_type":
      return [wrongType(issue.expected, node, path, context)];
    case "invalid_value":
      return issue.values.every((value) => typeof value === "number")
        ? [wrongNumber(issue.values, node, path, context)]
        : [wrongValue(issue.values.map(String), node, path, context)];
    case "invalid_format":
      return [wrongFormat(issue, node, path, context)];
    case "invalid_key":
      return issue.issues.map((inner) => wrongKey(inner, path, context));
    case "invalid_union":
      if (path[0] === "clusters" && path.length === 2) return wrongCluster(issue, node, path, context);
      if (path[0] === "clusters" && path[2] === "eks") return wrongEks(issue, node, path, context);
      if (path[0] === "policy" && path[1] === "packs") return wrongPack(issue, node, path, context);
      return wrongChoice(issue, path, context);
    case "too_small":
    case "too_big":
      return [wrongSize(issue, node, path, context)];
    case "custom": {
      const fix: unknown = issue.params?.["fix"];
      return [invalid(path, issue.message, typeof fix === "string" ? fix : help(path, context))];
    }
    case "not_multiple_of":
    case "invalid_element":
      return [invalid(path, `This is not what belongs here: ${describe(node)}.`, help(path, context))];
  }
}

function unknownKey(key: string, parent: Path, context: IssueContext): Problem {
  const known = keysAt(context.schema, parent);
  const where = parent.length === 0 ? "the document" : `\`${formatPath(parent)}\``;
  const problem = { code: "CONFIG_INVALID", path: [...parent, key], at: "key" } as const;
  if (known.includes(key)) {
    // It is known where the map is of another kind: a pack, a VPC or an EKS cluster is of one.
    const message = `The key ${quote(key)} does not go with the others in ${where}.`;
    return { ...problem, message, fix: `Remove it, or those that it does not go with.${meaning(parent, context)}` };
  }
  const meant = nearest(key, known);
  return {
    ...problem,
    message: `Unknown key ${quote(key)} in ${where}.`,
    fix:
      meant === undefined
        ? `Remove it; known here: ${enumerate([...new Set(known)], "and")}.`
        : `Did you mean ${quote(meant)}?`,
  };
}

function missing(path: Path, context: IssueContext): Problem {
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? "at the top of the document" : `under \`${formatPath(parent)}\``;
  const key = String(path.at(-1));
  const fix = pinFix(path, context) ?? `Add \`${key}:\` ${where}.${meaning(path, context)}`;
  return invalid(path, `${quote(key)} is required ${where}.`, fix);
}

function empty(written: boolean, path: Path, context: IssueContext): Problem {
  const fix = `Give it one, write \`null\` to remove an inherited one, or remove the line.${meaning(path, context)}`;
  return written
    ? invalid(path, "`null` removes an inherited value, and here nothing is inherited.", `Remove the line.`)
    : invalid(path, `${quote(String(path.at(-1)))} has no value.`, pinFix(path, context) ?? fix);
}

/** What to do where the pin is missing: nobody has to look for a commit id. */
function pinFix(path: Path, { environment }: IssueContext): string | undefined {
  return formatPath(path) === "source.revision" ? formats.revision.judge("", environment).fix : undefined;
}

function wrongType(expected: string, node: Node, path: Path, context: IssueContext): Problem {
  const message = `Expected ${typeNames[expected] ?? expected}, found ${describe(node)}.`;
  const quotable = expected === "string" && node.kind === "scalar" && typeof node.value !== "string";
  const fix = quotable
    ? `Put it in quotes: ${JSON.stringify(String(node.value))}.`
    : `Write ${typeNames[expected] ?? expected}.${meaning(path, context)}`;
  return invalid(path, message, fix);
}

function wrongValue(allowed: readonly string[], node: Node, path: Path, context: IssueContext): Problem {
  const [only, another] = allowed;
  const written = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  const meant = another === undefined ? only : nearest(written, allowed);
  const fix =
    meant === undefined
      ? help(path, context)
      : another === undefined
        ? `Write ${quote(meant)}.`
        : `Did you mean ${quote(meant)}?`;
  return invalid(path, `Expected ${enumerate(allowed)}, found ${describe(node)}.`, fix);
}

function wrongNumber(allowed: readonly unknown[], node: Node, path: Path, context: IssueContext): Problem {
  const words = joinWords(allowed.map(String), "or");
  return invalid(path, `Expected ${words}, found ${describe(node)}.`, `Write ${words}.${meaning(path, context)}`);
}

function wrongFormat(
  issue: z.core.$ZodIssueInvalidStringFormat,
  node: Node,
  path: Path,
  context: IssueContext,
): Problem {
  const value = node.kind === "scalar" ? String(node.value) : "";
  const verdict = formatOf(issue.pattern)?.judge(value, context.environment);
  return verdict === undefined
    ? invalid(path, `Not allowed: ${describe(node)}.`, help(path, context))
    : { path, ...verdict };
}

function wrongKey(issue: Issue, path: Path, context: IssueContext): Problem {
  const pattern = issue.code === "invalid_format" ? issue.pattern : undefined;
  const verdict = formatOf(pattern)?.judge(String(path.at(-1)), context.environment);
  if (issue.code === "too_small" || issue.code === "too_big") {
    const what = issue.code === "too_small" ? "empty" : `longer than ${issue.maximum} characters`;
    const fix = `Write a key, or remove the line.${meaning(path.slice(0, -1), context)}`;
    return { ...invalid(path, `The key is ${what}.`, fix), at: "key" };
  }
  const problem = verdict ?? invalid(path, "The key is not allowed here.", help(path.slice(0, -1), context));
  return { path, at: "key", ...problem };
}

/** A union error would list what is wrong with each choice; a person made one choice and wants to hear of that one. */
function wrongCluster(
  issue: z.core.$ZodIssueInvalidUnion,
  node: Node,
  path: Path,
  context: IssueContext,
): readonly Problem[] {
  const keys = node.kind === "map" ? [...node.entries.keys()] : [];
  const chosen = clusterKinds.filter((kind) => keys.includes(kind));
  const [only, another] = chosen;
  if (only !== undefined && another === undefined) {
    const issues = issue.errors[clusterKinds.indexOf(only)] ?? [];
    return issues.flatMap((inner) => explainIssue(inner, [...path, ...plainSteps(inner)], context));
  }
  if (another !== undefined) {
    const fix = `Keep one of them; write \`${only ?? ""}: null\` to remove one that is inherited.`;
    return [invalid(path, `A cluster has exactly one of ${enumerate(clusterKinds)}; here are ${chosen.length}.`, fix)];
  }
  const meant = keys.map((key) => nearest(key, clusterKinds)).find((kind) => kind !== undefined);
  const found = keys.length === 0 ? describe(node) : enumerate(keys, "and");
  const fix =
    meant === undefined ? "Write, say, `local: { name: dev }` or `kubeconfig: {}`." : `Did you mean ${quote(meant)}?`;
  return [invalid(path, `A cluster has exactly one of the keys ${enumerate(clusterKinds)}; found ${found}.`, fix)];
}

/** An EKS cluster, and its VPC, is one that exists where its telling key stands there, and else one to make. */
function wrongEks(
  issue: z.core.$ZodIssueInvalidUnion,
  node: Node,
  path: Path,
  context: IssueContext,
): readonly Problem[] {
  if (node.kind !== "map") return wrongChoice(issue, path, context);
  const exists = node.entries.has(path.at(-1) === "vpc" ? "id" : "existing");
  const issues = issue.errors[exists ? 0 : 1] ?? [];
  return issues.flatMap((inner) => explainIssue(inner, [...path, ...plainSteps(inner)], context));
}

/** A pack as a map is what its first key of `packKinds` says; else it was to be the name of a folder. */
function wrongPack(
  issue: z.core.$ZodIssueInvalidUnion,
  node: Node,
  path: Path,
  context: IssueContext,
): readonly Problem[] {
  if (node.kind !== "map") return wrongChoice(issue, path, context);
  const keys = [...node.entries.keys()];
  const kind = packKinds.findIndex((key) => keys.includes(key));
  if (kind !== -1) {
    const issues = issue.errors[kind + 1] ?? [];
    return issues.flatMap((inner) => explainIssue(inner, [...path, ...plainSteps(inner)], context));
  }
  const meant = keys.map((key) => nearest(key, packKinds)).find((key) => key !== undefined);
  const fix =
    meant === undefined
      ? "Write, say, `policies` or `{ path: policies, version: 1.2.3 }`."
      : `Did you mean ${quote(meant)}?`;
  const message = `A pack has one of the keys ${enumerate(packKinds)}, or is the name of a folder; found ${enumerate(keys, "and")}.`;
  return [invalid(path, keys.length === 0 ? `A pack is described by nothing.` : message, fix)];
}

/** What is wrong with the choice of the type that was written; if that is the type of none, what the first one wants. */
function wrongChoice(issue: z.core.$ZodIssueInvalidUnion, path: Path, context: IssueContext): readonly Problem[] {
  const isOther = (inner: Issue): boolean => inner.code === "invalid_type" && inner.path.length === 0;
  const issues = issue.errors.find((choice) => !choice.some(isOther)) ?? issue.errors[0] ?? [];
  return issues.flatMap((inner) => explainIssue(inner, [...path, ...plainSteps(inner)], context));
}

function plainSteps({ path }: Issue): Path {
  return path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function wrongSize(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  node: Node,
  path: Path,
  context: IssueContext,
): Problem {
  if (issue.origin === "number" || issue.origin === "int") {
    const [least, more, bound] =
      issue.code === "too_big" ? ["most", "less", issue.maximum] : ["least", "more", issue.minimum];
    const fix = `Write ${bound} or ${more}.${meaning(path, context)}`;
    return invalid(path, `The number must be at ${least} ${bound}.`, fix);
  }
  if (issue.code === "too_big") return invalid(path, "The value is too long.", `At most ${issue.maximum}.`);
  if (node.kind !== "list") return invalid(path, "The text is empty.", `Write a value.${meaning(path, context)}`);
  if (node.items.length > 0) {
    const message = `The list has ${node.items.length} ${node.items.length === 1 ? "entry" : "entries"}, of at least ${issue.minimum}.`;
    return invalid(path, message, `List more.${meaning(path, context)}`);
  }
  const fix =
    formatPath(path) === "policy.packs"
      ? "List at least one folder, or remove the line: the default is `[policies]`."
      : `List at least one.${meaning(path, context)}`;
  return invalid(path, "The list is empty.", fix);
}

function invalid(path: Path, message: string, fix: string): Problem {
  return { code: "CONFIG_INVALID", path, message, fix };
}

/** What the field is for, as the fix of a mistake that has no better one. */
function help(path: Path, context: IssueContext): string {
  return descriptionAt(context.schema, path) ?? "See the JSON schema beside the document for what belongs here.";
}

function meaning(path: Path, context: IssueContext): string {
  const description = descriptionAt(context.schema, path);
  return description === undefined ? "" : ` ${description}`;
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
};

function describe(node: Node): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map";
  if (typeof node.value === "string") return node.value === "" ? "empty text" : `the text ${quote(node.value)}`;
  if (node.value === null) return "nothing";
  return typeof node.value === "number" ? `the number ${node.value}` : String(node.value);
}
