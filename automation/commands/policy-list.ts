import { join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "../../core/manifest/json.ts";
import type { Level } from "../../core/policy/known-rule.ts";
import { defineCommand } from "../command.ts";
import { columns } from "../output/columns.ts";
import { span, type Line, type Tone } from "../output/line.ts";
import { formatDocument } from "../output/markdown-document.ts";
import { cellCode, code, html } from "../output/markdown-escape.ts";
import { openPacks } from "../policy/open.ts";
import { changedSettings, listRules, type ListedRule } from "../policy/rule-list.ts";
import { withPacks } from "../policy/session.ts";
import type { PackInfo } from "../policy/types.ts";
import type { Session } from "../session.ts";

/** The pack of projects whose documents name none. */
const ownPack = "policies";

const tones: Readonly<Record<Level, Tone>> = {
  mandatory: "bad",
  advisory: "update",
  remediate: "good",
  disabled: "faint",
};

/** Every rule of the packs, from what the rules say of themselves. */
export const policyList = defineCommand({
  summary: "Show every rule of the policy packs, with its level and settings.",
  description: `Of an environment: what holds there. Of none: the rules of the pack "${ownPack}" by themselves.`,
  arguments: [{ syntax: "[env]", description: "name of the environment whose packs, levels and settings are shown" }],
  options: [{ syntax: "--markdown", description: "print a table for a document" }],
  examples: ["driftless policy list", "driftless policy list production", "driftless policy list production --json"],
  document: "PolicyRules",
  input: z.object({ env: z.string().optional() }),
  run: async ({ env }, session) => {
    const { packs, rules } = await read(session, env);
    return {
      document: {
        kind: "PolicyRules",
        ...(env === undefined ? {} : { environment: env }),
        packs: packs.map(({ name, version, title, presets }) => ({
          name,
          version,
          title,
          presets: [...presets.keys()],
        })),
        rules,
      },
      lines: [...columns([heading(packs), ...rules.map((rule) => row(rule, packs))]), [], summary(rules, env)],
      markdown: (marker) => formatDocument(marker, table(rules, packs, env)),
    };
  },
});

interface Rules {
  readonly packs: readonly PackInfo[];
  readonly rules: readonly ListedRule[];
}

async function read(session: Session, env: string | undefined): Promise<Rules> {
  if (env !== undefined) {
    return withPacks(session, env, async (opening) => {
      const { packs, settings } = await opening;
      return { packs, rules: listRules(packs, settings) };
    });
  }
  const { project, io } = session;
  const places = [{ title: ownPack, folder: join(project, ownPack) }];
  const opened = await openPacks(places, { project, cache: io.cache, signal: io.signal });
  try {
    return { packs: opened.packs, rules: listRules(opened.packs, []) };
  } finally {
    opened.close();
  }
}

function heading(packs: readonly PackInfo[]): Line[] {
  const pack = packs.length > 1 ? ["pack"] : [];
  return ["level", ...pack, "rule", "about", "severity", "what it asks for"].map((text) => [span("faint", text)]);
}

function row(rule: ListedRule, packs: readonly PackInfo[]): Line[] {
  const changed = settingsText(rule, packs);
  const pack = packs.find(({ name }) => name === rule.pack);
  return [
    [span(tones[rule.level], rule.level)],
    ...(packs.length > 1 ? [[pack?.title ?? rule.pack]] : []),
    [span("strong", rule.name)],
    [rule.scope],
    [rule.severity ?? ""],
    [rule.description, ...(changed === "" ? [] : [span("faint", `  ${changed}`)])],
  ];
}

function settingsText(rule: ListedRule, packs: readonly PackInfo[]): string {
  const changed = changedSettings(
    rule,
    packs.find(({ name }) => name === rule.pack),
  );
  return Object.keys(changed).length === 0 ? "" : canonicalJson(changed);
}

function summary(rules: readonly ListedRule[], env: string | undefined): Line {
  const counts = (["mandatory", "remediate", "advisory", "disabled"] as const).flatMap((level) => {
    const count = rules.filter((rule) => rule.level === level).length;
    return count === 0 ? [] : [`${count} ${level}`];
  });
  return [span("strong", env ?? "by themselves"), `: ${rules.length} rules, ${counts.join(", ")}`];
}

function table(rules: readonly ListedRule[], packs: readonly PackInfo[], env: string | undefined): readonly string[] {
  return [
    `### Policy rules${env === undefined ? "" : ` of ${code(env)}`}`,
    "",
    "| rule | level | about | severity | what it asks for | settings |",
    "|---|---|---|---|---|---|",
    ...rules.map((rule) => {
      const changed = settingsText(rule, packs);
      const name = cellCode(rule.name);
      const cells = [rule.level, html(rule.scope), html(rule.severity ?? ""), html(rule.description)];
      return `| ${[name, ...cells, changed === "" ? "" : cellCode(changed)].join(" | ")} |`;
    }),
  ];
}
