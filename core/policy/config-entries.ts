import type { Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { isJsonObject, plainJson } from "../manifest/json.ts";
import type { Json } from "../manifest/manifest.ts";
import type { KnownRule } from "./known-rule.ts";
import { readLevel, readRuleEntry, type RuleEntry, type SettingsProblem } from "./rule-settings.ts";
import { invalidSetting, suggestName } from "./settings-finding.ts";
import type { SettingsInput } from "./settings.ts";

/** `policy.config`: of all rules, and of single ones. */
export function readConfig({ policy, packs, locate }: SettingsInput): {
  readonly entriesOf: (rule: KnownRule) => readonly RuleEntry[];
  readonly findings: readonly Finding[];
} {
  const { all, ...config } = plainJson(policy.config);
  const every = all === undefined ? undefined : readAll(all);
  const byName = Map.groupBy(
    packs.flatMap(({ rules }) => rules),
    ({ name }) => name,
  );
  const at = (start: string, { path, message, fix }: SettingsProblem): Finding =>
    invalidSetting(message, fix, locate(["policy", "config", start, ...path]));
  const findings = Object.entries(config).flatMap(([name, value]): readonly Finding[] => {
    const rules = byName.get(name);
    if (rules === undefined) {
      const place = locate(["policy", "config", name]);
      return [invalidSetting(`No pack has a rule ${quote(name)}.`, suggestName(name, byName.keys()), place)];
    }
    // Where several packs have it, the settings have to be right for one of them.
    const readings = rules.map((rule) => readRuleEntry(value, rule).problems);
    const fewest = readings.reduce((best, problems) => (problems.length < best.length ? problems : best));
    return fewest.map((problem) => at(name, problem));
  });
  return {
    entriesOf: (rule) => {
      const own = config[rule.name];
      const general = every?.level === undefined ? [] : [{ level: every.level, members: {}, problems: [] }];
      return [...general, ...(own === undefined ? [] : [readRuleEntry(own, rule)])];
    },
    findings: [...(every?.problems ?? []).map((problem) => at("all", problem)), ...findings],
  };
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
