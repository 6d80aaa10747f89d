import { isJsonObject, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { Level } from "../../core/policy/known-rule.ts";
import { filledSettings } from "../../core/policy/rule-settings.ts";
import type { PackSettings } from "../../core/policy/settings.ts";
import { levelOf, reconcile } from "./reconcile.ts";
import type { PackInfo, PackRule } from "./types.ts";

/** A rule and what holds of it. */
export interface ListedRule {
  readonly pack: string;
  readonly name: string;
  readonly description: string;
  /** `object`, `cloud`, `stack` or `run`; of packs that do not say, `resource` or `stack`. */
  readonly scope: string;
  readonly severity?: string;
  /** By itself. */
  readonly defaultLevel: Level;
  /** In the environment, or by itself where none is asked about. */
  readonly level: Level;
  /** Its own settings, defaults included; what Driftless fills in is left out. */
  readonly settings: JsonObject;
  /** Its level in each preset of its pack that names it. */
  readonly presets: Readonly<Record<string, Level>>;
  readonly remediation?: string;
  /** Whether it can have the level `remediate`. */
  readonly remediates: boolean;
  readonly links: readonly string[];
}

/** Every rule of packs, in their order. `settings`: of each pack; none to list what rules have by themselves. */
export function listRules(packs: readonly PackInfo[], settings: readonly PackSettings[]): readonly ListedRule[] {
  return packs.flatMap((pack, at) => {
    const final = reconcile(pack, pack.rules, settings[at] ?? {});
    return pack.rules.map((rule) => listed(pack, rule, final.get(rule.name)));
  });
}

function listed(
  pack: PackInfo,
  rule: PackRule,
  final: { readonly level: Level; readonly settings: JsonObject } | undefined,
): ListedRule {
  const { name, description, severity, remediation, remediates, links } = rule;
  const own = Object.entries(final?.settings ?? {}).filter(([key]) => !(key in filledSettings));
  const presets = [...pack.presets].flatMap(([preset, rules]): [string, Level][] => {
    const entry = rules[name];
    if (entry === undefined) return [];
    return [[preset, levelOf(entry) ?? rule.level]];
  });
  return {
    ...{ pack: pack.name, name, description, remediates, links },
    scope: rule.scope ?? rule.about.join(" and "),
    ...(severity === undefined ? {} : { severity }),
    defaultLevel: rule.level,
    level: final?.level ?? rule.level,
    settings: Object.fromEntries(own),
    presets: Object.fromEntries(presets),
    ...(remediation === undefined ? {} : { remediation }),
  };
}

/** Settings of a rule that are not its defaults. */
export function changedSettings(rule: ListedRule, pack: PackInfo | undefined): JsonObject {
  const schemas = pack?.rules.find(({ name }) => name === rule.name)?.settings ?? {};
  return Object.fromEntries(
    Object.entries(rule.settings).filter(([key, value]) => {
      const schema = schemas[key];
      const standard = isJsonObject(schema) ? record(schema)["default"] : undefined;
      return JSON.stringify(standard) !== JSON.stringify(value);
    }),
  );
}
