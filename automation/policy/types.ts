import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { Level } from "../../core/policy/known-rule.ts";
import type { PolicyResource } from "../../core/policy/resources.ts";
import type { RunFacts } from "../../core/policy/run.ts";

/** A rule of a pack, as the pack itself describes it. */
export interface PackRule {
  readonly pack: string;
  readonly packVersion: string;
  readonly name: string;
  readonly description: string;
  /** Where no setting says another. */
  readonly level: Level;
  readonly severity?: string;
  readonly remediation?: string;
  readonly url?: string;
  /** Where it comes from, and what it is about, as far as the pack says. */
  readonly links: readonly string[];
  /** What it looks at more closely, where the pack says: `object`, `cloud`, `stack` or `run` of ours. */
  readonly scope?: string;
  /** JSON schema of each of its settings, `enforcementLevel` apart; absent if the pack does not say. */
  readonly settings?: Readonly<Record<string, JsonObject>>;
  /** Settings that it cannot do without. */
  readonly required: readonly string[];
  /** What it looks at: each resource, all of them together. */
  readonly about: readonly ("resource" | "stack")[];
  /** Whether it has a change to offer, for the level `remediate`. */
  readonly remediates: boolean;
}

/** A pack that has been started. */
export interface PackInfo {
  readonly name: string;
  readonly version: string;
  /** How the environment document names it. */
  readonly title: string;
  /** Absolute path. */
  readonly folder: string;
  readonly rules: readonly PackRule[];
  /** Settings that it starts with by itself, by rule. */
  readonly initial: Readonly<Record<string, unknown>>;
  /**
   * Whether the pack says (`"driftless": { "plain": true }` in its package.json) that its rules look at nothing but
   * objects, hooks and components with their inputs, so that its verdict on a plan is that of the engine.
   */
  readonly plain: boolean;
  /** Its presets by name: level or settings by rule. */
  readonly presets: ReadonlyMap<string, JsonObject>;
}

/** What a rule says against a resource. */
export interface PackViolation {
  readonly pack: string;
  readonly rule: string;
  readonly level: "advisory" | "mandatory";
  readonly severity?: string;
  /** One line, as the rule wrote it; values of Secrets are hidden. */
  readonly message: string;
  /** Name and URN of the resource; empty for the stack as a whole. */
  readonly resource: string;
  readonly urn: string;
  readonly remediation?: string;
  readonly url?: string;
}

/** A change that a rule of level `remediate` makes. */
export interface Remediation {
  readonly pack: string;
  readonly rule: string;
  readonly resource: string;
  readonly urn: string;
}

/** What is to be judged. */
export interface Question {
  /** All resources of the stack; undefined to ask only about the run. */
  readonly resources?: readonly PolicyResource[];
  readonly run?: RunFacts;
}

/** The answer of all packs together. */
export interface Verdict {
  /** By resource, pack and rule. */
  readonly violations: readonly PackViolation[];
  readonly remediations: readonly Remediation[];
  /** The resources as rules of level `remediate` left them; the same ones where nothing changed. */
  readonly resources: readonly PolicyResource[];
}

/** Final settings of a pack by rule, as Pulumi takes them: `enforcementLevel` and what the rule itself has. */
export type RuleSettings = Readonly<Record<string, JsonObject>>;

/** Where a pack is. */
export interface PackPlace {
  /** How the environment document names it. */
  readonly title: string;
  /** Absolute path. */
  readonly folder: string;
  /** The version that it must have. Default: any. */
  readonly version?: string | undefined;
}

/** Times and sizes that a pack must keep to. */
export interface PackLimits {
  /** Milliseconds until it has told its rules. */
  readonly startMs: number;
  /** Milliseconds that one rule may take for all resources. */
  readonly ruleMs: number;
  /** Milliseconds for one question. */
  readonly checkMs: number;
  /** Megabytes of JavaScript. */
  readonly heapMegabytes: number;
  /** Most bytes of one answer. */
  readonly answerBytes: number;
}

/** What packs are opened with. */
export interface PackOptions {
  /** Absolute path of the project's folder. */
  readonly project: string;
  /** The machine cache: absolute path. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<PackLimits>;
}

/** Packs that run, each in a process of its own. */
export interface Packs {
  readonly packs: readonly PackInfo[];
  /** Of all packs, in their order. */
  rules(): readonly PackRule[];
  /**
   * Asks all packs.
   * @param settings Of each pack, in their order.
   * @throws POLICY_UNAVAILABLE for a rule that throws or hangs, and for a pack that ends; CONFIG_INVALID for settings
   * that a rule refuses.
   */
  check(question: Question, settings: readonly RuleSettings[]): Promise<Verdict>;
  /** Ends the processes. */
  close(): void;
}
