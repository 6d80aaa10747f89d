import { z } from "zod";
import { nearest } from "../errors/nearest.ts";
import { quote } from "../errors/quote.ts";
import { enumerate } from "../environment/text.ts";
import { isJsonObject } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { levels, type KnownRule, type Level } from "./known-rule.ts";

/** Something wrong with settings, at a path below them. */
export interface SettingsProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
}

/** The level and the settings that an entry gives to a rule, as far as it gives any, and what is wrong with it. */
export interface RuleEntry {
  readonly level?: Level;
  readonly members: JsonObject;
  readonly problems: readonly SettingsProblem[];
}

/** Settings that Driftless fills in from the rest of the document. */
export const filledSettings = {
  environment: "the whole document",
  exceptions: "policy.exceptions",
  waivable: "policy.waivable",
} as const;

/** Reads what stands under the name of a rule: its level, or its settings with or without `enforcementLevel`. */
export function readRuleEntry(value: Json | undefined, rule: KnownRule): RuleEntry {
  if (typeof value === "string") return { members: {}, ...readLevel(value, rule, []) };
  if (!isJsonObject(value)) {
    const fix = `Write a level (${levels.join(", ")}), or a map of settings.`;
    return { members: {}, problems: [{ path: [], message: `The rule ${quote(rule.name)} gets no settings.`, fix }] };
  }
  const { enforcementLevel, ...members } = value;
  const level = enforcementLevel === undefined ? undefined : readLevel(enforcementLevel, rule, ["enforcementLevel"]);
  return {
    members,
    ...level,
    problems: [...(level?.problems ?? []), ...Object.entries(members).flatMap((member) => checkMember(member, rule))],
  };
}

/** Reads a level; the rule is absent where it is that of all rules. */
export function readLevel(
  value: Json,
  rule: KnownRule | undefined,
  path: SettingsProblem["path"],
): Pick<RuleEntry, "level" | "problems"> {
  const level = levels.find((known) => known === value);
  if (level === undefined) {
    const meant = typeof value === "string" ? nearest(value, levels) : undefined;
    const message = `${typeof value === "string" ? quote(value) : "This"} is no level.`;
    const fix = meant === undefined ? `Write ${enumerate(levels)}.` : `Did you mean ${quote(meant)}?`;
    return { problems: [{ path, message, fix }] };
  }
  if (level === "remediate" && rule?.remediates === false) {
    const message = `The rule ${quote(rule.name)} has nothing to remediate with.`;
    return { problems: [{ path, message, fix: 'Write "mandatory" or "advisory".' }] };
  }
  return { level, problems: [] };
}

function checkMember([name, value]: readonly [string, Json], rule: KnownRule): readonly SettingsProblem[] {
  const known = rule.settings;
  if (known === undefined) return [];
  if (takes(rule, name)) {
    const fix = "Remove it here.";
    const source = filledSettings[name];
    return [{ path: [name], message: `${quote(name)} is filled in from ${source}.`, fix }];
  }
  const schema = known[name];
  if (schema === undefined) {
    const own = Object.keys(known).filter((key) => !takes(rule, key));
    const meant = nearest(name, [...own, "enforcementLevel"]);
    const others = own.length === 0 ? "It has none but enforcementLevel." : `It has ${enumerate(own, "and")}.`;
    const fix = meant === undefined ? `Remove it. ${others}` : `Did you mean ${quote(meant)}?`;
    return [{ path: [name], message: `The rule ${quote(rule.name)} has no setting ${quote(name)}.`, fix }];
  }
  return checkValue(name, value, schema, rule);
}

function checkValue(name: string, value: Json, schema: JsonObject, rule: KnownRule): readonly SettingsProblem[] {
  return (validatorOf(schema)?.safeParse(value).error?.issues ?? []).slice(0, 3).map((issue) => ({
    path: [name, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))],
    message: `The rule ${quote(rule.name)} does not take this ${quote(name)}: ${issue.message.replace(/^Invalid input: /, "").replace(/\.$/, "")}.`,
    fix: typeof schema["description"] === "string" ? schema["description"] : "Write what the rule takes.",
  }));
}

const anySchema = z.custom<Parameters<typeof z.fromJSONSchema>[0]>();
const validators = new WeakMap<JsonObject, { readonly schema: z.ZodType | undefined }>();

/** What checks a value against a JSON schema; undefined for one of a kind that only the pack itself understands. */
function validatorOf(schema: JsonObject): z.ZodType | undefined {
  const known = validators.get(schema) ?? { schema: compile(schema) };
  validators.set(schema, known);
  return known.schema;
}

function compile(schema: JsonObject): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(anySchema.parse(schema));
  } catch {
    return undefined;
  }
}

/** True if a rule has a setting that Driftless fills in, in the form in which Driftless fills it in. */
export function takes(rule: KnownRule, setting: string): setting is keyof typeof filledSettings {
  const schema = rule.settings?.[setting];
  const members = (part: Json | undefined): JsonObject => {
    const properties = isJsonObject(part) ? part["properties"] : undefined;
    return isJsonObject(properties) ? properties : {};
  };
  switch (setting) {
    case "environment":
      return "tenants" in members(schema) && "clusters" in members(schema);
    case "exceptions":
      return "expires" in members(schema?.["items"]);
    case "waivable":
      return schema?.["type"] === "boolean";
    default:
      return false;
  }
}
