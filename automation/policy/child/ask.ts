import type { Report, Rule, Validate } from "./pack.ts";
import { argsOf, copiedArgsOf, stackOf, type Resource } from "./resource.ts";

/** What a rule throws to say that it has nothing to say. */
class NotApplicable extends Error {}

/** A rule that is asked. */
export interface Asked {
  /** Position in its pack. */
  readonly index: number;
  readonly rule: Rule;
  /** What every function of it is given beside resources. */
  readonly help: object;
}

/** A rule with its settings. */
export function askedRule(index: number, rule: Rule, settings: object): Asked {
  return { index, rule, help: { getConfig: () => ({ ...settings }), stackTags: new Map(), notApplicable } };
}

/** What a rule says of one resource: at once, where it answers at once. */
export function askResource(asked: Asked, validate: Validate, resource: Resource): object[] | Promise<object[]> {
  return ask(
    validate,
    (found) => reportTo(asked, resource.urn, found),
    () => ({ ...argsOf(resource), ...asked.help }),
    () => ({ ...copiedArgsOf(resource), ...asked.help }),
  );
}

/** What a rule says of all resources of a stack. */
export function askStack(asked: Asked, resources: readonly Resource[]): object[] | Promise<object[]> {
  const { validateStack } = asked.rule;
  if (validateStack === undefined) return [];
  const { __pulumiType: type } = validateStack;
  if (typeof type === "string" && type !== "" && !resources.some((resource) => resource.type === type)) return [];
  return ask(
    validateStack,
    (found) => reportTo(asked, "", found),
    () => ({ resources: stackOf(resources), ...asked.help }),
    () => ({ resources: stackOf(structuredClone(resources)), ...asked.help }),
  );
}

/** True for what a rule throws to say that it has nothing to say. */
export function isNotApplicable(error: unknown): boolean {
  return error instanceof NotApplicable;
}

/** True if a function is for resources of a type. */
export function isFor({ __pulumiType: type }: { readonly __pulumiType?: unknown }, found: string): boolean {
  return typeof type !== "string" || type === "" || type === found;
}

/**
 * Asks one function. Resources are frozen, so that no rule can show another one something else than there is; one that
 * writes to what it is shown, as it may in the engine, is asked again with a copy of its own.
 */
function ask(
  validate: Validate,
  report: (found: object[]) => Report,
  args: () => object,
  copy: () => object,
): object[] | Promise<object[]> {
  const found: object[] = [];
  const again = (error: unknown): object[] | Promise<object[]> => {
    if (isNotApplicable(error)) return found;
    if (!(error instanceof TypeError)) throw error;
    const second: object[] = [];
    const passOver = (problem: unknown): object[] => {
      if (isNotApplicable(problem)) return second;
      throw problem;
    };
    try {
      const result = validate(copy(), report(second));
      return isPromise(result) ? result.then(() => second, passOver) : second;
    } catch (problem) {
      return passOver(problem);
    }
  };
  try {
    const result = validate(args(), report(found));
    return isPromise(result) ? result.then(() => found, again) : found;
  } catch (error) {
    return again(error);
  }
}

function reportTo({ index, rule }: Asked, about: string, found: object[]): Report {
  return (message, urn) => void found.push(reported(index, rule, message, urn ?? about));
}

function reported(index: number, rule: Rule, found: unknown, urn: string): object {
  if (typeof found !== "object" || found === null) {
    const message = typeof found === "string" && found !== "" ? found : (rule.description ?? "");
    return { rule: index, message, urn };
  }
  const { message, description, enforcementLevel, severity, urn: own } = found as Record<string, unknown>;
  const text = [message, description, rule.description].find((each) => typeof each === "string" && each !== "");
  return { rule: index, message: text ?? "", urn: own ?? urn, level: enforcementLevel, severity };
}

function notApplicable(reason?: string): never {
  throw new NotApplicable(reason);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
