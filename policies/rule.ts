import type { EnforcementLevel, PolicyConfigSchema, Severity } from "@pulumi/policy";
import { z } from "zod";
import type { RunFacts } from "../core/policy/run.ts";
import type { Violation } from "../core/policy/violation.ts";
import { exception, type Exception } from "../core/policy/exceptions.ts";
import type { Subject } from "./subject.ts";

/** What a rule is asked about: each object, each cloud resource, all of a stack's resources at once, or the run. */
export type Scope = "object" | "cloud" | "stack" | "run";

/** What there is to say about a rule. */
export interface RuleMetadata {
  /** Name of its file, and its key in the settings of the pack. */
  readonly name: string;
  /** The rule in one sentence. */
  readonly description: string;
  /** What to do about a violation: one or more sentences. */
  readonly remediation: string;
  readonly severity: Severity;
  /** The level where no preset and no setting says another. */
  readonly level: Exclude<EnforcementLevel, "remediate">;
  /** Where the rule comes from: the standard, or the documentation of what it is about. */
  readonly links: readonly string[];
}

/** A violation of one of several subjects. */
export interface SubjectViolation extends Violation {
  readonly subject: Subject;
}

/** A violation of a run. */
export interface RunViolation extends Violation {
  /** Resource name of the object that it is about, by which exceptions find it. Default: `run`, the run as a whole. */
  readonly object?: string;
}

/** One rule of the pack: data and pure functions. */
export interface Rule extends RuleMetadata {
  readonly scope: Scope;
  /** JSON schema of its settings, `enforcementLevel` apart. */
  readonly configSchema: PolicyConfigSchema;
  /** @throws if the settings are not what the rule accepts. */
  exemptions(settings: unknown): Exemptions;
  /** Violations of one subject; none for the scopes `stack` and `run`. @throws as `exemptions`. */
  checkSubject(subject: Subject, settings: unknown): readonly Violation[];
  /** Violations of all of a stack together; none for the other scopes. @throws as `exemptions`. */
  checkStack(subjects: readonly Subject[], settings: unknown): readonly SubjectViolation[];
  /** Violations of a run; none for the other scopes. @throws as `exemptions`. */
  checkRun(run: RunFacts, settings: unknown): readonly RunViolation[];
  /** The object as the rule would have it, or undefined if it is fine or the rule does not mend. @throws as `exemptions`. */
  readonly remediate?: (subject: Subject, settings: unknown, isExempt: IsExempt) => Subject["object"] | undefined;
}

/** Whether an object need not follow a part of a rule; without one, the rule. */
export type IsExempt = (control?: string) => boolean;

/** Who need not follow a rule. */
export interface Exemptions {
  readonly exceptions: readonly Exception[];
  /** Whether an annotation of the object may switch the rule off for it. */
  readonly waivable: boolean;
}

/** Settings that every rule has. Driftless fills them from `policy.exceptions` and `policy.waivable`. */
const exemptions = z.object({
  exceptions: z.array(exception).default([]).describe("Objects that need not follow the rule, each until a day."),
  waivable: z.boolean().default(false).describe("Whether the annotation driftless.dev/waive may switch the rule off."),
});

interface Definition<Settings> extends RuleMetadata {
  /** Its own settings, a strict object; each member has a default and a description. */
  readonly settings: z.ZodType<Settings>;
}

/** A rule about single Kubernetes objects, those of hooks included. */
export function objectRule<Settings>(
  definition: Definition<Settings> & {
    check(subject: Subject, settings: Settings): readonly Violation[];
    /** A change that is safe for every object that lacks it; never of what is exempt. */
    readonly remediate?: (subject: Subject, settings: Settings, isExempt: IsExempt) => Subject["object"] | undefined;
  },
): Rule {
  const { base, parse } = compile("object", definition);
  const { remediate } = definition;
  return {
    ...base,
    checkSubject: (subject, settings) => definition.check(subject, parse(settings)),
    ...(remediate === undefined
      ? {}
      : { remediate: (subject, settings, isExempt) => remediate(subject, parse(settings), isExempt) }),
  };
}

/** A rule about single cloud resources of some types. */
export function cloudRule<Settings>(
  definition: Definition<Settings> & {
    /** Pulumi types: `aws:eks/cluster:Cluster`. */
    readonly types: readonly string[];
    check(subject: Subject, settings: Settings): readonly Violation[];
  },
): Rule {
  const { base, parse } = compile("cloud", definition);
  const types = new Set(definition.types);
  return {
    ...base,
    checkSubject: (subject, settings) => (types.has(subject.type) ? definition.check(subject, parse(settings)) : []),
  };
}

/** A rule about all resources of a stack together. */
export function stackRule<Settings>(
  definition: Definition<Settings> & {
    check(subjects: readonly Subject[], settings: Settings): readonly SubjectViolation[];
  },
): Rule {
  const { base, parse } = compile("stack", definition);
  return { ...base, checkStack: (subjects, settings) => definition.check(subjects, parse(settings)) };
}

/** A rule about what a run is about to do. Only the command line asks such rules: Pulumi itself shows no run to a pack. */
export function runRule<Settings>(
  definition: Definition<Settings> & { check(run: RunFacts, settings: Settings): readonly RunViolation[] },
): Rule {
  const { base, parse } = compile("run", definition);
  return { ...base, checkRun: (run, settings) => definition.check(run, parse(settings)) };
}

/** What all rules have, and the parser of a rule's own settings. */
function compile<Settings>(
  scope: Scope,
  definition: Definition<Settings>,
): { readonly base: Rule; readonly parse: (settings: unknown) => Settings } {
  const { name, description, remediation, severity, level, links } = definition;
  const base: Rule = {
    ...{ name, description, remediation, severity, level, links, scope },
    configSchema: { properties: { ...propertiesOf(definition.settings), ...propertiesOf(exemptions) } },
    exemptions: parseOnce(name, exemptions),
    checkSubject: () => [],
    checkStack: () => [],
    checkRun: () => [],
  };
  return { base, parse: parseOnce(name, z.preprocess(withoutExemptions, definition.settings)) };
}

function withoutExemptions(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !(key in exemptions.shape)));
}

/**
 * A parser that remembers its last answer. Pulumi makes a new record of the same settings for each resource, so records
 * with the same members are the same.
 */
function parseOnce<Output>(name: string, schema: z.ZodType<Output>): (settings: unknown) => Output {
  let last: { readonly members: Readonly<Record<string, unknown>>; readonly output: Output } | undefined;
  return (settings) => {
    const members: Record<string, unknown> = { ...(typeof settings === "object" ? settings : {}) };
    if (last !== undefined && sameMembers(last.members, members)) return last.output;
    const parsed = schema.safeParse(settings);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(": "));
      throw new Error(`policy.config.${name}: ${problems.join("; ")}`);
    }
    last = { members, output: parsed.data };
    return parsed.data;
  };
}

function sameMembers(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

/** JSON schemas of the members of an object, as Pulumi takes them. */
function propertiesOf(schema: z.ZodType): PolicyConfigSchema["properties"] {
  const members = z.object({ properties: z.record(z.string(), z.custom<PolicyConfigSchema["properties"][string]>()) });
  return members.parse(z.toJSONSchema(schema, { io: "input" })).properties;
}
