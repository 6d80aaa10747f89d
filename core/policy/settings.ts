import type { EnvironmentSpec } from "../environment/spec.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { plainJson } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";
import { readConfig } from "./config-entries.ts";
import { readExemptions } from "./exemptions.ts";
import type { EnvironmentFacts } from "./facts.ts";
import type { KnownPack, KnownRule } from "./known-rule.ts";
import { presetPlace } from "./presets.ts";
import { readRuleEntry, takes, type RuleEntry } from "./rule-settings.ts";
import { invalidSetting, suggestName, unknownRule } from "./settings-finding.ts";

/** Settings of one pack by rule, as Pulumi takes them: `enforcementLevel` and what the rule itself has. */
export type PackSettings = Readonly<Record<string, JsonObject>>;

/** What settings are made of. */
export interface SettingsInput {
  readonly policy: EnvironmentSpec["policy"];
  /** In the order of the document. */
  readonly packs: readonly KnownPack[];
  readonly facts: EnvironmentFacts;
  /** Where a field of the document was written. */
  readonly locate: (path: readonly (string | number)[]) => Place;
}

/**
 * The final settings of every rule, one record for each pack in their order, and everything that is wrong with what they
 * are made of. What a rule has by itself, which is not repeated here, gives way to the presets in their order, those to
 * `all`, that to what `policy.config` says of the rule, and that to what it says of the rule of one pack. Exceptions, waivers and what is known of the environment go to
 * the rules that take them.
 */
export function policySettings(input: SettingsInput): {
  readonly settings: readonly PackSettings[];
  readonly findings: readonly Finding[];
} {
  const { policy, packs } = input;
  const presets = packs.map((pack) => readPresets(policy.preset, pack));
  const config = readConfig(input);
  const { exceptions, waivable, findings } = readExemptions(input);
  const facts = plainJson(input.facts);

  const settingsOf = (pack: KnownPack, rule: KnownRule, preset: readonly RuleEntry[]): JsonObject => {
    const entries = [...preset, ...config.entriesOf(pack, rule)];
    const own = entries
      .flatMap(({ members }) => Object.entries(members))
      // Another pack may have a rule of that name with settings of its own.
      .filter(([name]) => rule.settings === undefined || name in rule.settings);
    const level = entries.findLast((entry) => entry.level !== undefined)?.level;
    const found = exceptions.get(rule.name) ?? [];
    return {
      ...Object.fromEntries(own),
      ...(takes(rule, "environment") ? { environment: facts } : {}),
      ...(found.length > 0 && takes(rule, "exceptions") ? { exceptions: found } : {}),
      ...(waivable.has(rule.name) && takes(rule, "waivable") ? { waivable: true } : {}),
      ...(level === undefined ? {} : { enforcementLevel: level }),
    };
  };
  return {
    settings: packs.map((pack, at) => {
      const preset = (rule: KnownRule) => presets[at]?.entries.get(rule.name) ?? [];
      return Object.fromEntries(pack.rules.map((rule) => [rule.name, settingsOf(pack, rule, preset(rule))]));
    }),
    findings: [
      ...unknownPresets(input),
      ...presets.flatMap((preset) => preset.findings),
      ...config.findings,
      ...findings,
    ],
  };
}

/** Names of the presets of a document, in their order. */
function presetNames(preset: EnvironmentSpec["policy"]["preset"]): readonly string[] {
  return typeof preset === "string" ? [preset] : preset;
}

function unknownPresets({ policy, packs, locate }: SettingsInput): readonly Finding[] {
  const known = new Set(packs.flatMap(({ presets }) => [...presets.keys()]));
  return presetNames(policy.preset).flatMap((name, index) => {
    if (known.has(name)) return [];
    const path = typeof policy.preset === "string" ? ["policy", "preset"] : ["policy", "preset", index];
    return [invalidSetting(`No pack has a preset ${quote(name)}.`, suggestName(name, known), locate(path))];
  });
}

/** What the chosen presets of a pack say of its rules. A preset is part of its pack, so it knows no other rules. */
function readPresets(
  chosen: EnvironmentSpec["policy"]["preset"],
  pack: KnownPack,
): { readonly entries: ReadonlyMap<string, readonly RuleEntry[]>; readonly findings: readonly Finding[] } {
  const entries = new Map<string, RuleEntry[]>();
  const rules = new Map(pack.rules.map((rule) => [rule.name, rule]));
  const findings = presetNames(chosen).flatMap((preset) =>
    Object.entries(pack.presets.get(preset) ?? {}).flatMap(([name, value]): readonly Finding[] => {
      const place = presetPlace(pack.title, preset, [name]);
      const rule = rules.get(name);
      if (rule === undefined) return [unknownRule(name, [pack], place)];
      const entry = readRuleEntry(value, rule);
      entries.set(name, [...(entries.get(name) ?? []), entry]);
      return entry.problems.map(({ path, message, fix }) =>
        invalidSetting(message, fix, presetPlace(pack.title, preset, [name, ...path])),
      );
    }),
  );
  return { entries, findings };
}
