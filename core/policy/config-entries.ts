import type { Finding } from "../errors/finding.ts";
import { isJsonObject, plainJson } from "../manifest/json.ts";
import type { Json } from "../manifest/manifest.ts";
import type { KnownPack, KnownRule } from "./known-rule.ts";
import { readLevel, readRuleEntry, type RuleEntry, type SettingsProblem } from "./rule-settings.ts";
import { invalidSetting, severalPacks, unknownPack, unknownRule } from "./settings-finding.ts";
import type { SettingsInput } from "./settings.ts";

/** Stands for every rule that says nothing itself. */
const everyRule = "all";

/**
 * `policy.config`: of all rules, and of single ones; each of every pack that has them, or of one pack whose name stands
 * in front: `team-policies/image-tag-required`. What is said of one pack goes before what is said of every pack.
 */
export function readConfig({ policy, packs, locate }: SettingsInput): {
  readonly entriesOf: (pack: KnownPack, rule: KnownRule) => readonly RuleEntry[];
  readonly findings: readonly Finding[];
} {
  const config = plainJson(policy.config);
  const read = ([key, value]: readonly [string, Json]): readonly Finding[] => {
    const place = locate(["policy", "config", key]);
    const target = targetOf(key, packs);
    if (target === undefined) return [unknownPack(key, packs, place)];
    const rules = target.packs.flatMap((pack) => pack.rules.filter(({ name }) => name === target.rule));
    if (rules.length === 0 && target.rule !== everyRule) return [unknownRule(target.rule, target.packs, place)];
    const problems = target.rule === everyRule ? readAll(value).problems : problemsOf(value, rules);
    const hint = severalPacks(target);
    return problems.map(({ path, message, fix }) =>
      invalidSetting(message, `${fix}${hint}`, locate(["policy", "config", key, ...path])),
    );
  };
  const entryOf = (key: string, rule: KnownRule): readonly RuleEntry[] => {
    const value = config[key];
    return value === undefined ? [] : [readRuleEntry(value, rule)];
  };
  const levelOf = (key: string): readonly RuleEntry[] => {
    const value = config[key];
    return value === undefined ? [] : [{ members: {}, ...readAll(value) }];
  };
  return {
    entriesOf: ({ title }, rule) => [
      ...levelOf(everyRule),
      ...levelOf(`${title}/${everyRule}`),
      ...entryOf(rule.name, rule),
      ...entryOf(`${title}/${rule.name}`, rule),
    ],
    findings: Object.entries(config).flatMap(read),
  };
}

/** The rules that a key stands for. */
interface Target {
  readonly packs: readonly KnownPack[];
  readonly rule: string;
}

/** Undefined if it names a pack that is none of the environment's. */
function targetOf(key: string, packs: readonly KnownPack[]): Target | undefined {
  if (!key.includes("/") || packs.some(({ rules }) => rules.some(({ name }) => name === key)))
    return { packs, rule: key };
  // The folder of a pack may be below that of another.
  const [longest] = packs
    .map(({ title }) => title)
    .filter((title) => key.startsWith(`${title}/`))
    .sort((left, right) => right.length - left.length);
  if (longest === undefined) return undefined;
  return { packs: packs.filter(({ title }) => title === longest), rule: key.slice(longest.length + 1) };
}

/** Where several packs have a rule, the settings have to be right for one of them. */
function problemsOf(value: Json, rules: readonly KnownRule[]): readonly SettingsProblem[] {
  const readings = rules.map((rule) => readRuleEntry(value, rule).problems);
  return readings.reduce((best, problems) => (problems.length < best.length ? problems : best));
}

/** The level of every rule that says nothing itself. */
function readAll(value: Json): Pick<RuleEntry, "level" | "problems"> {
  if (!isJsonObject(value)) return readLevel(value, undefined, []);
  const { enforcementLevel, ...rest } = value;
  const [other] = Object.keys(rest);
  if (other !== undefined || enforcementLevel === undefined) {
    const message = "`all` is the level of every rule that says nothing itself.";
    return { problems: [{ path: other === undefined ? [] : [other], message, fix: "Write `all: advisory`." }] };
  }
  return readLevel(enforcementLevel, undefined, ["enforcementLevel"]);
}
