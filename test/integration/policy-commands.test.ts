import assert from "node:assert/strict";
import { XMLValidator } from "fast-xml-parser";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { rules as ownRules } from "../../policies/rules/index.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";

const pods = `apiVersion: v1
kind: Pod
metadata: { name: one }
spec:
  containers:
    - name: one
      image: registry.example.com/shop/one
---
apiVersion: v1
kind: Pod
metadata: { name: two, annotations: { driftless.dev/waive: image-tag-required } }
spec:
  containers:
    - name: two
      image: registry.example.com/shop/two
`;
const exception = { reason: "Built by hand", owner: "group:shop", expires: "2099-12-31" };
const lone = "image-tag-required";
const base = { all: "disabled", [lone]: "mandatory" };

const list = z.object({
  kind: z.literal("PolicyRules"),
  rules: z.array(
    z.object({
      name: z.string(),
      scope: z.string(),
      level: z.string(),
      defaultLevel: z.string(),
      links: z.array(z.string()),
    }),
  ),
});
const exceptions = z.object({
  exceptions: z.array(
    z.object({ environment: z.string(), state: z.string(), daysLeft: z.number(), objects: z.array(z.string()) }),
  ),
});

describe("the commands about policy", function () {
  this.timeout(120_000);
  let project: TestProject;
  let revision: string;

  before(async () => {
    project = await createTestProject();
    revision = await project.commit({ "web/pods.yaml": pods });
    await write("dev", { config: base });
  });
  after(() => project.remove());

  async function write(name: string, policy: object): Promise<void> {
    await project.write(
      `environments/${name}.yaml`,
      environmentText(revision, {
        name,
        tenants: { shop: { namespaces: ["shop"] } },
        applications: { web: { tenant: "shop", path: "web" } },
        policy,
      }),
    );
  }
  const run = (...args: readonly string[]): Promise<CommandResult> =>
    driftless(project, toolGroups.render, ["policy", ...args, "--quiet"]);

  it("print what a check found in every form, each with object, file and line", async () => {
    const [text, json, sarif, junit, markdown] = [
      await run("check", "dev"),
      await run("check", "dev", "--json"),
      await run("check", "dev", "--sarif"),
      await run("check", "dev", "--junit"),
      await run("check", "dev", "--markdown"),
    ];
    for (const { exitCode } of [text, json, sarif, junit, markdown]) assert.equal(exitCode, 1);
    assert.match(text.stdout, /^web\/pods\.yaml:7: POLICY_VIOLATION main\/shop\/Pod\/one: image-tag-required: /m);
    assert.match(text.stdout, /2 violations/);
    const { violations } = z.object({ violations: z.array(z.unknown()) }).parse(JSON.parse(json.stdout));
    assert.equal(violations.length, 2);
    assert.equal(XMLValidator.validate(junit.stdout), true);
    assert.match(
      junit.stdout,
      /<testcase classname="dev.application.web" name="main\/shop\/Pod\/one" file="web\/pods.yaml"/,
    );
    assert.match(junit.stdout, /<testcase classname="dev.tenant.shop" name="main\/_\/Namespace\/shop"\/>/);
    assert.match(markdown.stdout, /^<!-- driftless: policy check dev -->\n### ❌ Policy check of `dev`/);
    assert.match(markdown.stdout, /\| `image-tag-required` \| mandatory \| high \| 2 \| 2 \|/);
    const log = z
      .object({
        runs: z.tuple([
          z.object({
            versionControlProvenance: z.tuple([
              z.object({ repositoryUri: z.string(), revisionId: z.literal(revision) }),
            ]),
            tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
            results: z.array(
              z.object({
                ruleId: z.string(),
                locations: z.tuple([
                  z.object({
                    physicalLocation: z.object({
                      artifactLocation: z.object({ uri: z.string() }),
                      region: z.object({ startLine: z.number() }),
                    }),
                  }),
                ]),
              }),
            ),
          }),
        ]),
      })
      .parse(JSON.parse(sarif.stdout));
    const [{ results, tool }] = log.runs;
    assert.deepEqual(
      tool.driver.rules.map(({ id }) => id),
      [lone],
      "rules that are off found nothing",
    );
    assert.deepEqual(
      results.map(({ ruleId, locations: [{ physicalLocation: at }] }) => [
        ruleId,
        at.artifactLocation.uri,
        at.region.startLine,
      ]),
      [
        [lone, "web/pods.yaml", 7],
        [lone, "web/pods.yaml", 15],
      ],
    );
  });

  it("say in the form that was asked for that a check could not be made", async () => {
    const sarif = await run("check", "nowhere", "--sarif");
    assert.equal(sarif.exitCode, 1);
    assert.match(sarif.stdout, /"executionSuccessful": false/);
    const junit = await run("check", "nowhere", "--junit");
    assert.equal(XMLValidator.validate(junit.stdout), true);
    assert.match(junit.stdout, /<error message=".+" type="ENVIRONMENT_NOT_FOUND">/);
    assert.match((await run("check", "dev", "--sarif", "--junit")).stderr, /^USAGE --sarif and --junit cannot both/);
  });

  it("list every rule from its own metadata, with its level by itself and in an environment", async () => {
    const alone = await run("list", "--json");
    assert.equal(alone.exitCode, 0, alone.stderr);
    const { rules } = list.parse(JSON.parse(alone.stdout));
    assert.deepEqual(
      rules.map(({ name, scope, level, defaultLevel, links }) => ({ name, scope, level, defaultLevel, links })),
      ownRules.map(({ name, scope, level, links }) => ({ name, scope, level, defaultLevel: level, links })),
    );
    const inDev = list.parse(JSON.parse((await run("list", "dev", "--json")).stdout)).rules;
    assert.deepEqual(
      new Set(inDev.filter(({ level }) => level !== "disabled").map(({ name }) => name)),
      new Set([lone]),
    );
    const { stdout } = await run("list", "dev");
    assert.match(stdout, /^mandatory +image-tag-required +object +high +Every container/m);
    assert.match(stdout, new RegExp(`dev: ${ownRules.length} rules, 1 mandatory, ${ownRules.length - 1} disabled`));
    assert.match(
      (await run("list", "dev", "--markdown")).stdout,
      /\| `image-tag-required` \| mandatory \| object \| high \|/,
    );
  });

  it("let exceptions pass until they end, and show which are needed", async () => {
    await write("dev", {
      config: base,
      waivable: [lone],
      exceptions: [
        { rule: lone, object: "main/shop/Pod/one", ...exception },
        { rule: lone, object: "main/shop/Pod/gone", ...exception },
        // Rules about runs: of the run as a whole, and of an object that the plan no longer has.
        { rule: "freeze-windows", object: "run", ...exception },
        { rule: "protected-kinds/PersistentVolumeClaim", object: "main/shop/PersistentVolumeClaim/gone", ...exception },
      ],
    });
    const check = await run("check", "dev");
    assert.equal(check.exitCode, 0, check.stdout);
    const shown = await run("exceptions", "dev", "--json");
    assert.equal(shown.exitCode, 0, shown.stderr);
    const found = exceptions.parse(JSON.parse(shown.stdout)).exceptions;
    assert.deepEqual(
      found.map(({ state, objects }) => [state, objects]),
      [
        ["used", ["main/shop/Pod/one"]],
        ["unused", []],
        ["run", []],
        ["run", []],
      ],
    );
    assert.ok(found.every(({ daysLeft }) => daysLeft > 20_000));
  });

  it("take an exception that has ended for a violation, even one that nothing needs", async () => {
    const ended = { ...exception, expires: "2026-01-31" };
    await write("dev", {
      config: base,
      waivable: [lone],
      exceptions: [
        { rule: lone, object: "main/shop/Pod/gone", ...ended },
        { rule: lone, object: "*/one", ...exception },
      ],
    });
    const check = await run("check", "dev");
    assert.equal(check.exitCode, 1);
    assert.match(
      check.stdout,
      /^environments\/dev\.yaml:8:.+exception-ended: The exception from "image-tag-required" for "main\/shop\/Pod\/gone" ended on 2026-01-31/m,
    );
    assert.match(check.stdout, /1 violation\b/);
    await write("other", { config: base });
    const all = await run("exceptions", "--all");
    assert.equal(all.exitCode, 1);
    assert.match(
      all.stdout,
      /^expired +dev +image-tag-required +main\/shop\/Pod\/gone +2026-01-31 ended \d+ days ago/m,
    );
    assert.match(all.stdout, /^used +dev +image-tag-required +\*\/one /m);
    assert.match((await run("exceptions")).stderr, /Name an environment, or give --all/);
  });

  it("refuse names that no rule and no preset has", async () => {
    await write("dev", { preset: "produktion", config: { "image-tag-require": "mandatory" }, waivable: ["x"] });
    const { exitCode, stderr } = await run("check", "dev");
    assert.equal(exitCode, 1);
    assert.equal(stderr.match(/CONFIG_INVALID/g)?.length, 3, stderr);
    assert.match(stderr, /environments\/dev\.yaml:8:\d+ \(policy\.config\.image-tag-require\): .+"image-tag-require"/);
    assert.match(stderr, /Did you mean "image-tag-required"\?/);
  });

  it("print the settings that plain Pulumi takes", async () => {
    await write("dev", {
      config: { [lone]: { forbiddenTags: ["main"] } },
      exceptions: [{ rule: lone, object: "main/shop/Pod/one", ...exception }],
    });
    const { exitCode, stdout, stderr } = await run("settings", "dev");
    assert.equal(exitCode, 0, stderr);
    const settings = z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(stdout));
    assert.deepEqual(settings[lone], {
      forbiddenTags: ["main"],
      exceptions: [{ object: "main/shop/Pod/one", ...exception }],
    });
    assert.deepEqual(
      Object.keys(settings),
      ownRules.map(({ name }) => name),
    );
  });
});
