import { z } from "zod";
import { canonicalJson, isJsonObject, isList, record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";
import type { Rule, Scope } from "./rule.ts";

const introduction = `# The rules of the pack

<!-- Made from the rules themselves: npm run generate -->

What each rule of \`policies/\` says, its level by itself and in each preset, and its settings with their defaults. How to choose
levels, presets and exceptions is in [the guide to policy](guide/policy.md); \`driftless policy list <env>\` shows
what holds in an environment.

Every rule also has \`enforcementLevel\`, and is filled by Driftless with \`exceptions\` and \`waivable\` from the document, and, where
it needs to know tenants and clusters, with \`environment\`.
`;

const scopes: Readonly<Record<Scope, string>> = {
  object: "each Kubernetes object, those of hooks included",
  cloud: "each cloud resource",
  stack: "all objects of the environment together",
  run: "what a run is about to do",
};

const filled: ReadonlySet<string> = new Set(["environment", "exceptions", "waivable"]);

/** docs/policies.md. */
export function policyReference(rules: readonly Rule[], presets: ReadonlyMap<string, JsonObject>): string {
  const names = [...presets.keys()];
  const overview = [
    row(["rule", "severity", "by itself", ...names]),
    row(["---", "---", "---", ...names.map(() => "---")]),
    ...rules.map((rule) =>
      row([
        `[${rule.name}](#${rule.name})`,
        rule.severity,
        rule.level,
        ...names.map((name) => levelIn(presets, name, rule)),
      ]),
    ),
  ];
  return [introduction, ...overview, "", ...rules.map((rule) => section(rule, presets))].join("\n");
}

function section(rule: Rule, presets: ReadonlyMap<string, JsonObject>): string {
  const settings = z.record(z.string(), z.json()).parse(rule.configSchema.properties);
  const own = Object.entries(settings).filter(([name]) => !filled.has(name));
  const inPresets = [...presets].flatMap(([name, preset]) => {
    const members = Object.entries(record(preset[rule.name])).filter(([key]) => key !== "enforcementLevel");
    return members.length === 0 ? [] : [`- preset \`${name}\`: \`${canonicalJson(Object.fromEntries(members))}\``];
  });
  return [
    `## ${rule.name}`,
    "",
    rule.description,
    "",
    `Looks at ${scopes[rule.scope]}. Severity ${rule.severity}; by itself ${rule.level}${rule.remediate === undefined ? "" : "; can remediate"}.`,
    "",
    `**What to do:** ${escape(rule.remediation)}`,
    "",
    ...(own.length === 0 ? [] : [row(["setting", "default", "meaning"]), row(["---", "---", "---"])]),
    ...own.map(([name, schema]) => settingRow(name, record(schema))),
    ...(own.length === 0 ? [] : [""]),
    ...inPresets,
    ...(inPresets.length === 0 ? [] : [""]),
    ...rule.links.map((link) => `- <${link}>`),
    "",
  ].join("\n");
}

function settingRow(name: string, schema: JsonObject): string {
  const { default: value, description = "" } = schema;
  const shown = value === undefined ? "" : `\`${shorten(canonicalJson(value))}\``;
  return row([`\`${name}\``, escape(shown), escape(typeof description === "string" ? description : "")]);
}

/** Some defaults are tables of their own. */
function shorten(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}…`;
}

function levelIn(presets: ReadonlyMap<string, JsonObject>, name: string, rule: Rule): string {
  const value: Json | undefined = presets.get(name)?.[rule.name];
  const level = isJsonObject(value) ? value["enforcementLevel"] : value;
  return typeof level === "string" ? level : isJsonObject(value) || isList(value) ? rule.level : "";
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}
