import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { isJsonObject } from "../../core/manifest/json.ts";
import type { Description } from "./protocol.ts";
import { levels, type Level } from "../../core/policy/known-rule.ts";
import type { PackRule, RuleSettings } from "./types.ts";

/** What a rule is set to. */
export interface Reconciled {
  readonly level: Level;
  /** Without `enforcementLevel`. */
  readonly settings: JsonObject;
}

/**
 * What each rule of a pack is set to, as the engine reckons it: defaults of the rule and of its schema, then what the
 * pack itself starts with, then the settings; in each of them `all` first.
 */
export function reconcile(
  { initial }: Pick<Description, "initial">,
  rules: readonly PackRule[],
  settings: RuleSettings,
): ReadonlyMap<string, Reconciled> {
  const base = new Map(rules.map((rule) => [rule.name, { level: rule.level, settings: defaultsOf(rule) }]));
  return [initial as Readonly<Record<string, Json>>, settings].reduce<ReadonlyMap<string, Reconciled>>(apply, base);
}

function apply(
  before: ReadonlyMap<string, Reconciled>,
  settings: Readonly<Record<string, Json>>,
): ReadonlyMap<string, Reconciled> {
  const all = levelOf(settings["all"]);
  return new Map(
    [...before].map(([name, rule]) => {
      const own = settings[name];
      const members = Object.entries(isJsonObject(own) ? own : {}).filter(([key]) => key !== "enforcementLevel");
      return [
        name,
        { level: levelOf(own) ?? all ?? rule.level, settings: { ...rule.settings, ...Object.fromEntries(members) } },
      ];
    }),
  );
}

/** The level in a rule's settings, or that its settings are; undefined if they name none. */
export function levelOf(value: Json | undefined): Level | undefined {
  const level = isJsonObject(value) ? value["enforcementLevel"] : value;
  return levels.find((each) => each === level);
}

function defaultsOf({ settings = {} }: PackRule): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, schema]): [string, Json][] => {
      const value = schema["default"];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
