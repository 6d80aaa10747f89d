import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { settingFailure, settingProblems } from "../../../../automation/engine/policy-settings.ts";
import { environmentDocument } from "../../../support/sample.ts";

const tag = ["policy", "config", "image-tag-required"];

describe("wrong settings of policy rules", () => {
  for (const [what, text, path, problem] of [
    [
      "our own pack",
      "failed to run policy: Error validating resource with policy 'image-tag-required' from policy pack 'driftless@v0.1.0':\npolicy.config.image-tag-required: Unrecognized key: \"allowed\"",
      tag,
      'Unrecognized key: "allowed"',
    ],
    [
      "the engine's schema",
      "validating policy config: driftless 0.1.0  image-tag-required: forbiddenTags: Invalid type. Expected: array, given: integer",
      tag,
      "forbiddenTags: Invalid type. Expected: array, given: integer",
    ],
    [
      "the engine's parser",
      'error: parsing "image-tag-required": 3 is not a valid value; must be a string or object',
      tag,
      "3 is not a valid value; must be a string or object",
    ],
    [
      "the engine, about a level",
      'error: parsing enforcement level for "image-tag-required": "x" is not a valid enforcement level',
      tag,
      '"x" is not a valid enforcement level',
    ],
    [
      "the engine, about a rule that is not there",
      'error: configuring policy pack "driftless" at "/srv/project/policies": invalid enforcement level ""',
      ["policy", "config"],
      'a rule is named that the pack "driftless" does not have',
    ],
  ] as const) {
    it(`are told from what is said by ${what}`, () => {
      assert.deepEqual(settingProblems([text, text]), [{ path, problem }]);
    });
  }

  it("are not seen where others are wrong", () => {
    assert.deepEqual(settingProblems(['error: parsing "x": unexpected end', "policy.config is fine"]), []);
  });

  it("are reported where they are written", async () => {
    const project = await mkdtemp(join(tmpdir(), "driftless-"));
    try {
      const document = environmentDocument("a".repeat(40), { applications: { web: "web" } });
      await mkdir(join(project, "environments"));
      await writeFile(
        join(project, "environments", "dev.yaml"),
        `${document}policy:\n  config:\n    image-tag-required: { allowed: 3 }\n`,
      );
      const error = await settingFailure(project, "dev", ["policy.config.image-tag-required: No."], undefined);
      assert.deepEqual(error?.findings, [
        {
          code: "CONFIG_INVALID",
          severity: "error",
          message: "The policy pack refuses its settings: No.",
          place: {
            file: "environments/dev.yaml",
            line: 12,
            column: 5,
            field: "policy.config.image-tag-required",
          },
          fix: "Mend the settings, or remove them; rules and what they accept are in docs/guide/policy.md.",
        },
      ]);
    } finally {
      await rm(project, { recursive: true });
    }
  });
});
