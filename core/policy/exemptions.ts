import type { PolicyException } from "../environment/schema/policy-exception.ts";
import type { Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { plainJson } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";
import type { Exception } from "./exceptions.ts";
import { takes } from "./rule-settings.ts";
import { invalidSetting, unknownRule } from "./settings-finding.ts";
import type { SettingsInput } from "./settings.ts";

/** Exceptions by rule, rules that may be waived, and what is wrong with either. */
export function readExemptions({ policy, packs, locate }: SettingsInput): {
  /** As the setting of a rule holds them. */
  readonly exceptions: ReadonlyMap<string, readonly JsonObject[]>;
  readonly waivable: ReadonlySet<string>;
  readonly findings: readonly Finding[];
} {
  const byName = Map.groupBy(
    packs.flatMap(({ rules }) => rules),
    ({ name }) => name,
  );
  const check = (name: string, setting: "exceptions" | "waivable", path: readonly (string | number)[]) => {
    const rules = byName.get(name);
    const place = locate(path);
    if (rules === undefined) return [unknownRule(name, packs, place)];
    if (rules.some((rule) => takes(rule, setting))) return [];
    const message = `The rule ${quote(name)} knows no ${setting === "exceptions" ? "exceptions" : "waivers"}.`;
    return [invalidSetting(message, `Use its own settings, or its level: policy.config.${name}.`, place)];
  };
  const findings = [
    ...policy.exceptions.flatMap(({ rule }, index) =>
      check(ruleOf(rule), "exceptions", ["policy", "exceptions", index, "rule"]),
    ),
    ...policy.waivable.flatMap((rule, index) => check(rule, "waivable", ["policy", "waivable", index])),
  ];
  const grouped = Map.groupBy(policy.exceptions, ({ rule }) => ruleOf(rule));
  const exceptions = new Map(
    [...grouped].map(([rule, list]) => [rule, list.map((each) => plainJson(toException(each)))]),
  );
  return { exceptions, waivable: new Set(policy.waivable), findings };
}

/** The rule of `rule/control`. */
export function ruleOf(reference: string): string {
  return reference.split("/", 1)[0] ?? reference;
}

/** An exception of a document as its rule takes it. */
export function toException({ rule, ...exception }: PolicyException): Exception {
  const [, control] = rule.split("/", 2);
  return { ...exception, ...(control === undefined ? {} : { control }) };
}
