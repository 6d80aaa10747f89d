import { kindGroup, namespaceOf, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";
import { parseJqPath } from "./jq-path.ts";
import { covers, pointerPattern, type PathPattern } from "./path-pattern.ts";
import type { FieldManager } from "./report.ts";

/** A rule of `drift.ignore`, as a document holds it. `*` in kind, name, namespace and managers stands for any text. */
export interface IgnoreRule {
  /** `Kind.group`, or `Kind` in the core group. Default: every kind. */
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  /** JSON pointers. */
  readonly paths?: readonly string[] | undefined;
  /** Paths of jq. */
  readonly jq?: readonly string[] | undefined;
  /** Field managers: alone, all that they hold; with paths, those fields where they hold them. */
  readonly managers?: readonly string[] | undefined;
}

/** A rule, ready to be asked. */
export interface ReadyRule {
  readonly rule: IgnoreRule;
  readonly patterns: readonly PathPattern[];
  readonly managers: readonly RegExp[];
}

/** The rules that are about an object, ready to be asked about its fields. */
export function rulesFor(rules: readonly IgnoreRule[], object: KubernetesObject): readonly ReadyRule[] {
  return rules
    .filter((rule) => concerns(rule, object))
    .map((rule) => ({ rule, patterns: patternsOf(rule), managers: (rule.managers ?? []).map(textPattern) }));
}

/** True if a rule is about an object. */
export function concerns({ kind, name, namespace }: IgnoreRule, object: KubernetesObject): boolean {
  return (
    fits(kind, kindGroup(object)) && fits(name, object.metadata.name) && fits(namespace, namespaceOf(object) ?? "")
  );
}

/** The fields that a rule names. What is no path, which validation does not let through, names none. */
export function patternsOf({ paths = [], jq = [] }: IgnoreRule): readonly PathPattern[] {
  return [
    ...paths.map(pointerPattern),
    ...jq.map(parseJqPath).flatMap((pattern) => ("parts" in pattern ? [pattern] : [])),
  ];
}

/**
 * The rule by which a field is ignored, for a person to read; undefined if there is none.
 * @param holders Who holds the field. A rule about managers fits only if all of them are meant.
 * @param roots The object as it was and as it is.
 */
export function ignoredBy(
  rules: readonly ReadyRule[],
  steps: readonly Step[],
  holders: readonly FieldManager[],
  roots: readonly JsonObject[],
): string | undefined {
  for (const { patterns, managers } of rules) {
    const pattern = patterns.find((each) => covers(each, steps, roots));
    if (pattern === undefined && patterns.length > 0) continue;
    if (managers.length === 0) {
      if (pattern !== undefined) return pattern.text;
      continue;
    }
    const held = holders.every(({ manager }) => managers.some((each) => each.test(manager)));
    if (holders.length === 0 || !held) continue;
    const who = `manager ${[...new Set(holders.map(({ manager }) => manager))].join(", ")}`;
    return pattern === undefined ? who : `${pattern.text} of ${who}`;
  }
  return undefined;
}

function fits(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || pattern === text || (pattern.includes("*") && textPattern(pattern).test(text));
}

function textPattern(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
