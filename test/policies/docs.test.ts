import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { z } from "zod";
import { readPresetFiles } from "../../core/policy/presets.ts";
import { policyReference } from "../../policies/docs.ts";
import { objectRule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";

const root = join(import.meta.dirname, "..", "..");

describe("docs/policies.md", () => {
  it("is what the rules say of themselves; else run: npm run generate", async () => {
    const presets = await readPresetFiles(join(root, "policies"), "policies");
    assert.equal(await readFile(join(root, "docs", "policies.md"), "utf8"), policyReference(rules, presets));
  });

  it("says of a rule its levels, its settings with defaults, and what presets set", () => {
    const rule = objectRule({
      name: "size-limited",
      description: "Nothing is larger than it may be.",
      remediation: "Make it smaller | or <ask>.",
      severity: "low",
      level: "disabled",
      links: ["https://example.com/size"],
      settings: z.strictObject({ most: z.int().default(3).describe("How large a|b.") }),
      check: () => [],
    });
    const presets = new Map([
      ["calm", { "size-limited": { most: 9, enforcementLevel: "advisory" } }],
      ["plain", { "size-limited": { most: 2 } }],
      ["silent", {}],
    ]);
    const text = policyReference([rule], presets);
    for (const line of [
      "| rule | severity | by itself | calm | plain | silent |",
      "| [size-limited](#size-limited) | low | disabled | advisory | disabled |  |",
      "**What to do:** Make it smaller \\| or \\<ask>.",
      "| `most` | `3` | How large a\\|b. |",
      '- preset `calm`: `{"most":9}`',
      "- <https://example.com/size>",
    ]) {
      assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    }
    assert.doesNotMatch(text, /`exceptions` \|/, "what Driftless fills in is no setting to write");
  });
});
