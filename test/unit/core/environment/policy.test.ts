import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { baseHead, brief, build, findingsOf, head, only } from "./documents.ts";

const revision = "a".repeat(40);
const digest = `sha256:${"b".repeat(64)}`;
const right = {
  rule: "image-tag-required",
  object: "main/shop/Deployment.apps/web",
  reason: "Built by hand",
  owner: "group:shop",
  expires: "2027-02-28",
};

const withPolicy = (text: string) => `${head}policy: ${text}\n`;
const withException = (changes: Readonly<Record<string, unknown>>) =>
  withPolicy(JSON.stringify({ exceptions: [{ ...right, ...changes }] }));
const withPack = (pack: unknown) => withPolicy(JSON.stringify({ packs: [pack] }));

describe("policy in an environment document", () => {
  it("takes packs from folders, repositories and packages", () => {
    const packs = [
      "policies",
      { path: "rules", version: "1.2.3", digest },
      { git: "https://git.example.com/rules.git", revision, path: "kubernetes" },
      { npm: "@example/rules", version: "2.0.0" },
    ];
    assert.deepEqual(build(withPolicy(JSON.stringify({ packs }))).spec.policy.packs, [
      ...packs.slice(0, 2),
      { git: "https://git.example.com/rules.git", revision, path: "kubernetes", local: false },
      packs[3],
    ]);
  });

  const wrongPacks: readonly (readonly [string, unknown, string, RegExp])[] = [
    ["a branch", { git: "https://git.example.com/a.git", revision: "main" }, "revision", /full commit id/],
    ["a repository without a commit", { git: "https://git.example.com/a.git" }, "revision", /"revision" is required/],
    ["a package without a version", { npm: "rules" }, "version", /"version" is required/],
    ["a range of versions", { npm: "rules", version: "^1.0.0" }, "version", /an exact version/],
    ["a package of no such name", { npm: "../rules", version: "1.0.0" }, "npm", /the name of an npm package/],
    ["two kinds at once", { git: "a", npm: "b", revision }, "npm", /The key "npm" does not go with the others/],
    ["a path out of the repository's form", { path: "", version: "1.0.0" }, "path", /The text is empty/],
    ["a short digest", { path: "policies", digest: "sha256:12" }, "digest", /64 lower-case hex digits/],
  ];
  for (const [what, pack, field, message] of wrongPacks) {
    it(`refuses ${what} as a pack, in the words of what was meant`, () => {
      const finding = only(findingsOf(withPack(pack)));
      assert.equal(finding.place?.field, `policy.packs[0].${field}`);
      assert.match(finding.message, message);
    });
  }

  it("says which kinds of packs there are, and which was meant", () => {
    const { message, fix } = only(findingsOf(withPack({ nmp: "rules", version: "1.0.0" })));
    assert.equal(
      message,
      'A pack has one of the keys "git", "npm" or "path", or is the name of a folder; found "nmp" and "version".',
    );
    assert.equal(fix, 'Did you mean "npm"?');
    assert.match(only(findingsOf(withPack(7))).message, /Expected text, found the number 7/);
    assert.match(only(findingsOf(withPack({}))).fix, /^Write, say, `policies`/);
  });

  it("refuses a folder that is named twice, however it is written", () => {
    const finding = only(findingsOf(withPolicy('{ packs: [policies, { path: policies, version: "1.0.0" }] }')));
    assert.equal(finding.message, '"policies" stands in the list twice.');
    assert.equal(finding.place?.field, "policy.packs[1]");
  });

  it("takes one preset, or several in order", () => {
    assert.equal(build(withPolicy("{ preset: production }")).spec.policy.preset, "production");
    assert.deepEqual(build(withPolicy("{ preset: [restricted, production] }")).spec.policy.preset, [
      "restricted",
      "production",
    ]);
    assert.match(only(findingsOf(withPolicy("{ preset: [a, a] }"))).message, /stands in the list twice/);
    assert.equal(only(findingsOf(withPolicy("{ preset: ../a }"))).code, "NAME_INVALID");
  });

  it("takes exceptions for objects by name, by pattern, for cloud resources, and for runs", () => {
    for (const object of [
      right.object,
      "*/shop/*",
      "main/_/Namespace/shop",
      "eu-nodes",
      "main/shop/Foo.example.com/*",
      "run",
      "application/web",
    ])
      assert.deepEqual(build(withException({ object })).spec.policy.exceptions, [{ ...right, object }]);
    assert.equal(build(withException({ rule: "pod-security/host-ports" })).spec.policy.exceptions.length, 1);
  });

  const wrongExceptions: readonly (readonly [string, Readonly<Record<string, unknown>>, string, RegExp])[] = [
    ["a day that does not exist", { expires: "2027-02-29" }, "expires", /There is no such day.+"2027-03-31"/],
    ["a month that does not exist", { expires: "2027-13-01" }, "expires", /Expected a day such as "2027-03-31"/],
    ["a time", { expires: "2027-02-28T00:00:00Z" }, "expires", /Expected a day/],
    ["words for a day", { expires: "never" }, "expires", /Expected a day/],
    ["no end", { expires: undefined }, "expires", /"expires" is required.+Last day on which it holds/],
    ["nobody who answers for it", { owner: "" }, "owner", /The text is empty.+Who answers for it/],
    ["no reason", { reason: undefined }, "reason", /"reason" is required/],
    ["a misspelt key", { expire: "2027-01-01" }, "expire", /Unknown key "expire".+Did you mean "expires"/],
    ["every object", { object: "*" }, "object", /Expected the name of an object/],
    ["every object in four parts", { object: "*/*/*/*" }, "object", /Expected the name of an object/],
    ["two parts of a name", { object: "Deployment.apps/web" }, "object", /Expected the name of an object/],
    ["a space in a name", { object: "main/shop/Service/my web" }, "object", /Expected the name of an object/],
    [
      "a kind without its group",
      { object: "main/shop/Deployment/web" },
      "object",
      /lacks its API group.+"Deployment.apps"/,
    ],
    ["a kind in lower case", { object: "main/shop/deployment/web" }, "object", /is no kind.+"Deployment.apps"/],
    ["a group in lower case", { object: "main/shop/cronjob.batch/web" }, "object", /is no kind.+"CronJob.batch"/],
    ["a part of a part of a rule", { rule: "a/b/c" }, "rule", /Expected a rule, or a part of one/],
  ];
  for (const [what, changes, field, words] of wrongExceptions) {
    it(`refuses ${what} in an exception, at its place`, () => {
      const { place, message, fix } = only(findingsOf(withException(changes)));
      assert.equal(place?.field, `policy.exceptions[0].${field}`);
      assert.match(`${message} ${fix}`, words);
    });
  }

  it("refuses names that no rule has among what may be waived", () => {
    assert.match(only(findingsOf(withPolicy('{ waivable: ["a/b"] }'))).message, /the name of a rule/);
  });

  it("lets an environment merge settings with those of the base, and replace lists", () => {
    const base = `${baseHead}policy:
  preset: baseline
  config: { a: advisory, b: { size: 1, enforcementLevel: mandatory } }
  exceptions: [${JSON.stringify(right)}]
  waivable: [a, b]
`;
    const own = withPolicy("{ config: { b: { size: 2 } }, exceptions: [], waivable: [c] }");
    assert.deepEqual(build(own, base).spec.policy, {
      preset: "baseline",
      packs: ["policies"],
      config: { a: "advisory", b: { size: 2, enforcementLevel: "mandatory" } },
      exceptions: [],
      waivable: ["c"],
    });
  });

  it("explains who set what", () => {
    const base = `${baseHead}policy: { preset: baseline, exceptions: [${JSON.stringify(right)}] }\n`;
    const explained = build(withPolicy("{ preset: production }"), base).explain("policy");
    const rows = new Map(explained.map(({ path, value }) => [path, value]));
    assert.equal(rows.get("policy.preset"), "production");
    assert.deepEqual(rows.get("policy.exceptions"), [right]);
    const preset = explained.find(({ path }) => path === "policy.preset");
    assert.equal(preset?.overrode?.value, "baseline");
  });

  it("finds every mistake at once", () => {
    const text = `{ preset: A, packs: [{ npm: x }], exceptions: [{ rule: a, object: "*" }], waivable: [a, a] }`;
    assert.equal(brief(findingsOf(withPolicy(text))).length, 7);
  });
});
