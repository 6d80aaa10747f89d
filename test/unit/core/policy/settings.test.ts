import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { z } from "zod";
import { policy as policySchema } from "../../../../core/environment/schema/policy.ts";
import { formatPath } from "../../../../core/environment/text.ts";
import type { Finding } from "../../../../core/errors/finding.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";
import { environmentFacts } from "../../../../core/policy/facts.ts";
import type { KnownPack, KnownRule } from "../../../../core/policy/known-rule.ts";
import { policySettings } from "../../../../core/policy/settings.ts";
import { rules } from "../../../../policies/rules/index.ts";

const exemptible = {
  exceptions: { type: "array", items: { type: "object", properties: { expires: { type: "string" } } } },
  waivable: { type: "boolean" },
};

const tags: KnownRule = {
  name: "tags",
  level: "mandatory",
  settings: {
    forbidden: { type: "array", items: { type: "string" }, description: "Tags that name no version." },
    size: { type: "integer", minimum: 1 },
    ...exemptible,
  },
  remediates: false,
};
const tenancy: KnownRule = {
  name: "tenancy",
  level: "disabled",
  settings: { environment: { type: "object", properties: { tenants: {}, clusters: {} } }, ...exemptible },
  remediates: true,
};
const bare: KnownRule = { name: "bare", level: "advisory", remediates: false };

const facts = environmentFacts.parse({ name: "dev" });

const pack = (changes: Partial<KnownPack> = {}): KnownPack => ({
  title: "policies",
  rules: [tags, tenancy, bare],
  presets: new Map<string, JsonObject>([
    ["strict", { tenancy: "mandatory", tags: { forbidden: ["latest"], size: 2 } }],
    ["loose", { tags: { size: 3, enforcementLevel: "advisory" } }],
  ]),
  ...changes,
});

function settle(policy: z.input<typeof policySchema>, packs = [pack()]) {
  return policySettings({
    ...{ policy: policySchema.parse(policy), packs, facts },
    locate: (path) => ({ file: "environments/dev.yaml", field: formatPath(path) }),
  });
}

const brief = ({ place, message, fix }: Finding): string => `${place?.field ?? ""}: ${message} ${fix}`;
const problemsOf = (policy: z.input<typeof policySchema>, packs?: KnownPack[]): readonly string[] =>
  settle(policy, packs).findings.map(brief);

const exception = { object: "main/shop/Pod/a", reason: "r", owner: "o", expires: "2027-01-01" };

describe("the final settings of the policy packs", () => {
  it("are those of the rules themselves where nobody says anything", () => {
    assert.deepEqual(settle({}), {
      settings: [
        {
          tags: {},
          tenancy: { environment: facts },
          bare: {},
        },
      ],
      findings: [],
    });
  });

  it("take presets in their order, then the level of all rules, then what is said of a rule", () => {
    const of = (policy: z.input<typeof policySchema>) => settle(policy).settings[0];
    assert.deepEqual(of({ preset: "strict" })?.["tags"], {
      forbidden: ["latest"],
      size: 2,
    });
    assert.deepEqual(of({ preset: ["strict", "loose"] })?.["tags"], {
      forbidden: ["latest"],
      size: 3,
      enforcementLevel: "advisory",
    });
    assert.equal(of({ preset: ["loose", "strict"] })?.["tags"]?.["size"], 2);
    assert.equal(of({ preset: ["loose", "strict"] })?.["tenancy"]?.["enforcementLevel"], "mandatory");
    assert.deepEqual(of({ preset: "strict", config: { tags: { size: 5 }, tenancy: "remediate" } }), {
      tags: { forbidden: ["latest"], size: 5 },
      tenancy: { environment: facts, enforcementLevel: "remediate" },
      bare: {},
    });
    const all = of({ preset: "strict", config: { all: "advisory", bare: "disabled" } });
    assert.deepEqual(
      Object.values(all ?? {}).map(({ enforcementLevel }) => enforcementLevel),
      ["advisory", "advisory", "disabled"],
    );
  });

  it("bring exceptions and waivers to their rules", () => {
    const { settings, findings } = settle({
      exceptions: [
        { rule: "tags", ...exception },
        { rule: "tenancy/kinds", ...exception },
        { rule: "tags", ...exception, object: "*/web" },
      ],
      waivable: ["tenancy"],
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(settings[0]?.["tags"]?.["exceptions"], [exception, { ...exception, object: "*/web" }]);
    assert.deepEqual(settings[0]["tenancy"]?.["exceptions"], [{ ...exception, control: "kinds" }]);
    assert.equal(settings[0]["tenancy"]["waivable"], true);
    assert.equal("waivable" in settings[0]["tags"], false);
  });

  it("give each pack its own rules only", () => {
    const other = pack({ title: "other", rules: [{ ...tags, settings: { other: {} } }], presets: new Map() });
    const { settings, findings } = settle({ preset: "strict", config: { tags: { size: 4 }, bare: "disabled" } }, [
      pack(),
      other,
    ]);
    assert.deepEqual(findings, []);
    assert.deepEqual(settings[1], { tags: {} });
    assert.equal(settings[0]?.["tags"]?.["size"], 4);
  });

  it("take what is said of the rule of one pack before what is said of that of every pack", () => {
    const team = pack({ title: "packs/team", presets: new Map() });
    const nested = pack({ title: "packs/team/more", rules: [tags], presets: new Map() });
    const { settings, findings } = settle(
      {
        preset: "strict",
        config: {
          ...{ tags: { size: 4, enforcementLevel: "advisory" }, "packs/team/tags": { size: 5 } },
          ...{ "packs/team/more/tags": "disabled", all: "mandatory", "packs/team/all": "disabled" },
        },
      },
      [pack(), team, nested],
    );
    assert.deepEqual(findings, []);
    const brief = settings.map((each) => [
      each["tags"]?.["size"],
      ...Object.values(each).map((s) => s["enforcementLevel"]),
    ]);
    assert.deepEqual(brief, [
      [4, "advisory", "mandatory", "mandatory"],
      [5, "advisory", "disabled", "disabled"],
      [4, "disabled"],
    ]);
  });

  it("say which packs and rules there are where a pack or a rule of one is unknown or a setting is not that of every pack", () => {
    const team = pack({ title: "team", rules: [{ ...tags, settings: { colour: {} } }], presets: new Map() });
    const problems = (config: Record<string, unknown>): readonly string[] => problemsOf({ config }, [pack(), team]);
    assert.deepEqual(problems({ "tem/tags": {}, "x/qqqqqqqq": {}, "team/bare": {}, qqqqqqqq: {}, "team/all": "on" }), [
      'policy.config["tem/tags"]: The environment has no policy pack "tem". Write "tags", "policies/tags" or "team/tags".',
      'policy.config["x/qqqqqqqq"]: The environment has no policy pack "x". Its packs are "policies" and "team". "policies" has "bare", "tags" and "tenancy". "team" has "tags".',
      'policy.config["team/bare"]: The policy pack "team" has no rule "bare". "team" has "tags".',
      'policy.config.qqqqqqqq: None of the policy packs "policies" and "team" has a rule "qqqqqqqq". "policies" has "bare", "tags" and "tenancy". "team" has "tags".',
      'policy.config["team/all"]: "on" is no level. Write "mandatory", "advisory", "remediate" or "disabled".',
    ]);
    assert.deepEqual(problems({ tags: { size: 1, colour: "red" } }), [
      'policy.config.tags.colour: The rule "tags" has no setting "colour". Remove it. It has "forbidden" and "size". Several packs have this rule; "policies/tags" or "team/tags" is that of one.',
    ]);
    assert.deepEqual(problems({ "policies/tags": { size: 1 }, "team/tags": { colour: "red" } }), []);
  });

  const mistakes: readonly (readonly [string, z.input<typeof policySchema>, RegExp])[] = [
    [
      "an unknown rule",
      { config: { tag: "advisory" } },
      /^policy\.config\.tag: The policy pack "policies" has no rule "tag"\. Did you mean "tags"\?/,
    ],
    [
      "a rule unlike any",
      { config: { zzzzzzzzzz: {} } },
      /"policies" has no rule .+ "policies" has "bare", "tags" and "tenancy"\./,
    ],
    [
      "a wrong level",
      { config: { tags: "mandatry" } },
      /^policy\.config\.tags: "mandatry" is no level\. Did you mean "mandatory"\?/,
    ],
    [
      "a wrong level in a map",
      { config: { tags: { enforcementLevel: "off" } } },
      /^policy\.config\.tags\.enforcementLevel: "off" is no level/,
    ],
    ["a wrong level of all", { config: { all: "strict" } }, /^policy\.config\.all: "strict" is no level/],
    [
      "settings of all",
      { config: { all: { size: 1 } } },
      /^policy\.config\.all\.size: `all` is the level of every rule/,
    ],
    [
      "remediation by a rule that has none",
      { config: { tags: "remediate" } },
      /The rule "tags" has nothing to remediate with/,
    ],
    [
      "an unknown setting",
      { config: { tags: { forbiden: [] } } },
      /^policy\.config\.tags\.forbiden: .+ Did you mean "forbidden"\?/,
    ],
    [
      "a setting of another type",
      { config: { tags: { forbidden: "latest" } } },
      /^policy\.config\.tags\.forbidden: .+expected array, received string\. Tags that/,
    ],
    ["a wrong item", { config: { tags: { forbidden: ["a", 7] } } }, /^policy\.config\.tags\.forbidden\[1\]: /],
    ["a number that is too small", { config: { tags: { size: 0 } } }, /^policy\.config\.tags\.size: /],
    ["no settings at all", { config: { tags: [] } }, /^policy\.config\.tags: The rule "tags" gets no settings/],
    [
      "exceptions in the settings",
      { config: { tags: { exceptions: [] } } },
      /"exceptions" is filled in from policy\.exceptions/,
    ],
    ["facts in the settings", { config: { tenancy: { environment: {} } } }, /"environment" is filled in/],
    [
      "an unknown preset",
      { preset: "strickt" },
      /^policy\.preset: No pack has a preset "strickt"\. Did you mean "strict"\?/,
    ],
    [
      "an unknown preset among others",
      { preset: ["loose", "x"] },
      /^policy\.preset\[1\]: .+Known: "loose" and "strict"/,
    ],
    [
      "an exception from an unknown rule",
      { exceptions: [{ rule: "tag/a", ...exception }] },
      /^policy\.exceptions\[0\]\.rule: .+Did you mean "tags"/,
    ],
    [
      "an exception from a rule that takes none",
      { exceptions: [{ rule: "bare", ...exception }] },
      /The rule "bare" knows no exceptions/,
    ],
    ["a waiver of an unknown rule", { waivable: ["x"] }, /^policy\.waivable\[0\]: /],
    ["a waiver of a rule that takes none", { waivable: ["bare"] }, /The rule "bare" knows no waivers/],
  ];
  for (const [what, policy, words] of mistakes) {
    it(`refuse ${what}, at its place`, () => {
      const problems = problemsOf(policy);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", words);
    });
  }

  it("say what is wrong in a preset by its file", () => {
    const broken = pack({
      presets: new Map([["p", { tag: "advisory", tags: { size: "x", enforcementLevel: "on" } }]]),
    });
    const { findings } = settle({ preset: "p" }, [broken]);
    assert.deepEqual(
      findings.map(({ place }) => `${place?.file ?? ""} ${place?.field ?? ""}`),
      [
        "policies/presets/p.yaml tag",
        "policies/presets/p.yaml tags.enforcementLevel",
        "policies/presets/p.yaml tags.size",
      ],
    );
  });

  it("reach every rule of our own pack: exceptions and waivers are settings of each", () => {
    const own = rules.map(({ name, level, configSchema, remediate }): KnownRule => ({
      ...{ name, level, remediates: remediate !== undefined },
      settings: z.record(z.string(), z.record(z.string(), z.json())).parse(configSchema.properties),
    }));
    const { settings, findings } = settle(
      {
        exceptions: own.map(({ name }) => ({ rule: name, ...exception })),
        waivable: own.map(({ name }) => name),
      },
      [pack({ rules: own })],
    );
    assert.deepEqual(findings, []);
    for (const [name, each] of Object.entries(settings[0] ?? {})) {
      assert.deepEqual(each["exceptions"], [exception], name);
      assert.equal(each["waivable"], true, name);
    }
    for (const rule of rules) {
      const final = settings[0]?.[rule.name] ?? assert.fail(rule.name);
      assert.doesNotThrow(() => rule.exemptions(final), rule.name);
      assert.doesNotThrow(
        () => rule.checkSubject({ name: "", urn: "", type: "", object: {}, cluster: "" }, final),
        rule.name,
      );
    }
  });
});
