import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "mocha";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { isJsonObject, record, sameJson } from "../../core/manifest/json.ts";
import { readPresetFiles } from "../../core/policy/presets.ts";
import type { RunFacts } from "../../core/policy/run.ts";
import type { Rule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import { subject } from "./evaluate.ts";
import { pod } from "./objects.ts";

const presets = await readPresetFiles(join(import.meta.dirname, "../../policies"), "policies");
const known = new Map(rules.map((rule) => [rule.name, rule]));
const strictness = ["disabled", "advisory", "mandatory"];

function levelIn(preset: JsonObject, rule: Rule): string {
  const entry = preset[rule.name];
  const level = typeof entry === "string" ? entry : (record(entry)["enforcementLevel"] ?? rule.level);
  return typeof level === "string" ? level : JSON.stringify(level);
}

function settingsIn(preset: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(record(preset[name])).filter(([key]) => key !== "enforcementLevel"));
}

/** Reads settings as the rule does; a rule about cloud resources does so for its own types only. */
function read(rule: Rule, settings: JsonObject): void {
  rule.checkSubject(subject(pod()), settings);
  rule.checkStack([], settings);
  const run: RunFacts = {
    operation: "up",
    time: "2026-01-01T00:00:00Z",
    objects: 1,
    owners: [],
    deletions: [],
    replacements: [],
  };
  rule.checkRun(run, settings);
}

describe("presets of the pack", () => {
  it("are the three that the documentation names", () => {
    assert.deepEqual([...presets.keys()], ["baseline", "production", "restricted"]);
  });

  for (const [title, preset] of presets) {
    it(`${title} names rules, levels and settings that exist`, () => {
      for (const [name, entry] of Object.entries(preset)) {
        const rule = known.get(name);
        assert.ok(rule, `${name} is no rule`);
        assert.ok(typeof entry === "string" || isJsonObject(entry), `${name} has no level`);
        assert.ok(strictness.includes(levelIn(preset, rule)), `${name} has no such level`);
        const settings = settingsIn(preset, name);
        for (const key of Object.keys(settings)) assert.ok(key in rule.configSchema.properties, `${name}.${key}`);
        assert.doesNotThrow(() => {
          read(rule, settings);
        });
      }
    });

    it(`${title} switches nothing off and loosens nothing`, () => {
      for (const rule of rules) {
        const level = levelIn(preset, rule);
        assert.ok(strictness.indexOf(level) >= strictness.indexOf(rule.level), `${rule.name} is ${level}`);
      }
    });
  }

  it("grow stricter: each holds all of the one before", () => {
    for (const [loose, strict] of [
      ["baseline", "restricted"],
      ["restricted", "production"],
    ] as const) {
      const [less = {}, more = {}] = [presets.get(loose), presets.get(strict)];
      for (const rule of rules) {
        const levels = [less, more].map((preset) => strictness.indexOf(levelIn(preset, rule)));
        assert.ok((levels[0] ?? 0) <= (levels[1] ?? 0), `${strict} is looser about ${rule.name} than ${loose}`);
        if (loose === "baseline") continue;
        for (const [key, value] of Object.entries(settingsIn(less, rule.name)))
          assert.ok(sameJson(settingsIn(more, rule.name)[key], value), `${strict} has other ${rule.name}.${key}`);
      }
    }
  });

  it("leave no rule off in production", () => {
    const off = rules.filter((rule) => levelIn(presets.get("production") ?? {}, rule) === "disabled");
    assert.deepEqual(off, []);
  });
});
