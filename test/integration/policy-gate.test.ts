import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

const secret = "hunter2-very-secret";
/** Where there is no cluster, the refusal of the policy must come first. */
const runs = [
  ["preview", "dev"],
  ["up", "dev", "--yes"],
  ["destroy", "dev", "--yes"],
] as const;

describe("the policy of an environment, before anything is touched", function () {
  this.timeout(300_000);
  let project: TestProject;
  let revision = "";

  before(async () => {
    project = await createTestProject();
    revision = await project.commit({
      "web/settings.yaml": `# Settings\n${configMap("settings")}`,
      "web/web.yaml": `${configMap("a")}---\n${deployment("web", "registry.example.com/web")}`,
      "web/secret.yaml": `apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: ${secret} }\n`,
    });
  });
  after(() => project.remove());

  it("is checked without engine and cluster, with the line of the field, the value and the fix", async () => {
    await policy("policy: { config: { all: disabled, image-tag-required: mandatory } }");
    const { exitCode, stdout } = await run("policy", "check", "dev");
    const place = `web/web.yaml:${configMap("a").split("\n").length + 11}`;
    assert.ok(
      stdout.includes(
        `${place}: POLICY_VIOLATION eu/payments/Deployment.apps/web: image-tag-required: container "web" runs "registry.example.com/web", which has no tag.\n  fix: Give the image a tag`,
      ),
      stdout,
    );
    assert.match(stdout, /^dev at [0-9a-f]{7}: 1 violation/m);
    assert.equal(exitCode, 1);
    const json = await run("policy", "check", "dev", "--json");
    const { violations, packs } = z
      .object({
        violations: z.array(z.object({ rule: z.string(), object: z.string(), place: z.object({ line: z.number() }) })),
        packs: z.array(z.object({ name: z.string(), digest: z.string() })),
      })
      .parse(JSON.parse(json.stdout));
    assert.deepEqual(
      violations.map(({ rule, object }) => `${rule} ${object}`),
      ["image-tag-required eu/payments/Deployment.apps/web"],
    );
    assert.deepEqual(
      packs.map(({ name }) => name),
      ["driftless"],
    );
  });

  it("refuses a preview and an update", async () => {
    for (const command of runs.slice(0, 2)) {
      const { exitCode, stderr } = await run(...command);
      assert.equal(exitCode, 1);
      assert.match(
        stderr,
        /^web\/web\.yaml:\d+: POLICY_VIOLATION eu\/payments\/Deployment\.apps\/web: image-tag-required: /m,
      );
      // A preview shows the change too, so it goes on to the cluster, and says both.
      assert.equal(/^KUBECONFIG_INVALID /m.test(stderr), command[0] === "preview", stderr);
    }
  });

  it("passes what only an advisory rule is against, and says so", async () => {
    await policy("policy: { config: { all: disabled, image-tag-required: advisory } }");
    const { exitCode, stdout } = await run("policy", "check", "dev");
    assert.equal(exitCode, 0);
    assert.match(stdout, /warning POLICY_VIOLATION .*image-tag-required/);
    assert.match(stdout, /passes, 1 warning/);
  });

  const policies = (body: string): string =>
    `import { PolicyPack } from "@pulumi/policy";\nnew PolicyPack("own", { enforcementLevel: "mandatory", policies: [${body}] });\n`;
  const faults: readonly (readonly [string, string | undefined, RegExp])[] = [
    [
      "missing",
      undefined,
      /^environments\/dev\.yaml:10:\d+ \(policy\.packs\): POLICY_UNAVAILABLE The policy pack "pack" does not exist/m,
    ],
    ["with a syntax error", "const = 1;", /POLICY_UNAVAILABLE The policy pack "pack" cannot be loaded: index\.ts:1: /],
    [
      "of another version than pinned",
      policies(""),
      /POLICY_UNAVAILABLE The policy pack "pack" has the version 1\.0\.0, and the environment asks for 2\.0\.0/,
    ],
    [
      "with a rule that throws",
      policies('{ name: "bad", description: "", validateResource: () => { throw new Error("no"); } }'),
      /POLICY_UNAVAILABLE The policy pack "pack" has a rule that failed about "[^"]*": "bad": Error: no\./,
    ],
  ];
  for (const [what, code, message] of faults) {
    it(`fails closed with a pack ${what}`, async () => {
      if (code !== undefined) await pack(code);
      const version = what.includes("version") ? ', version: "2.0.0"' : "";
      await policy(`policy: { packs: [{ path: pack${version} }] }`);
      // A destruction asks rules about the run alone, once a cluster has said what there is.
      for (const command of [["policy", "check", "dev"], ...runs.slice(0, what.includes("throws") ? 2 : 3)]) {
        const { exitCode, stderr } = await run(...command);
        assert.equal(exitCode, 1, stderr);
        assert.match(stderr, message);
        assert.ok(!stderr.includes(project.folder) && !stderr.includes("    at "), stderr);
      }
    });
  }

  it("hides values of Secrets in what a rule of somebody else writes", async () => {
    await pack(
      policies(`{ name: "tell", description: "", validateResource: ({ props }, report) => {
        if (props.stringData) report("the password is " + props.stringData.password);
      } }`),
    );
    await policy("policy: { packs: [pack] }");
    for (const command of [
      ["policy", "check", "dev"],
      ["policy", "check", "dev", "--json"],
      ["up", "dev", "--yes"],
    ]) {
      const { stdout, stderr } = await run(...command);
      assert.match(stdout + stderr, /the password is \[secret\]/);
      assert.ok(!(stdout + stderr).includes(secret));
    }
  });

  it("sets a rule of one of two packs that have it, and leaves the other's as it is", async () => {
    const schema = 'configSchema: { properties: { words: { type: "array", items: { type: "string" } } } }';
    await pack(
      policies(`{ name: "image-tag-required", description: "", ${schema}, validateResource: ({ props, getConfig }, report) => {
        if (props.kind === "Deployment") report("says " + getConfig().words.join(" "));
      } }`),
    );
    await policy(`policy:
  packs: [policies, pack]
  config: { all: disabled, pack/image-tag-required: { enforcementLevel: mandatory, words: [no, never] } }`);
    const { stdout } = await run("policy", "check", "dev");
    assert.match(stdout, /image-tag-required: says no never\./);
    assert.match(stdout, /^dev at [0-9a-f]{7}: 1 violation/m);
    const listed = (await run("policy", "list", "dev")).stdout;
    assert.match(listed, /^level +pack +rule/m);
    assert.match(listed, /^disabled +policies +image-tag-required/m);
    assert.match(listed, /^mandatory +pack +image-tag-required/m);

    await policy("policy: { packs: [policies, pack], config: { pak/image-tag-required: mandatory } }");
    assert.match(
      (await run("up", "dev", "--yes")).stderr,
      /^environments\/dev\.yaml:\d+:\d+ \(policy\.config\["pak\/image-tag-required"\]\): CONFIG_INVALID The environment has no policy pack "pak"\.\n {2}fix: Write "image-tag-required", "policies\/image-tag-required" or "pack\/image-tag-required"\./m,
    );
  });

  const settings: readonly (readonly [string, RegExp])[] = [
    [
      "{ image-tag-requird: disabled }",
      /CONFIG_INVALID The policy pack "policies" has no rule "image-tag-requird".*\n.*"image-tag-required"/,
    ],
    ["{ image-tag-required: { tags: [main] } }", /CONFIG_INVALID The rule "image-tag-required" has no setting "tags"/],
    [
      "{ image-tag-required: { forbiddenTags: main } }",
      /CONFIG_INVALID The rule "image-tag-required" does not take this/,
    ],
    ["{ image-tag-required: mandatry }", /CONFIG_INVALID "mandatry" is no level.*\n.*"mandatory"/],
  ];
  for (const [config, message] of settings) {
    it(`refuses ${config} at its line`, async () => {
      await policy(`policy:\n  config: ${config}`);
      const { exitCode, stderr } = await run("up", "dev", "--yes");
      assert.equal(exitCode, 1);
      assert.match(stderr, /^environments\/dev\.yaml:11:\d+ \(policy\.config/m);
      assert.match(stderr, message);
    });
  }

  async function pack(code: string): Promise<void> {
    await project.write("pack/PulumiPolicy.yaml", "runtime: nodejs\nmain: index.ts\n");
    await project.write("pack/package.json", '{ "name": "own", "version": "1.0.0", "type": "module" }\n');
    await project.write("pack/index.ts", code);
  }

  async function policy(text: string): Promise<void> {
    const document = environmentDocument(revision, { applications: { web: "web" } });
    await project.write("environments/dev.yaml", `${document}${text}\n`);
  }

  function run(...args: readonly string[]): Promise<CommandResult> {
    const env = { KUBECONFIG: `${project.folder}/no-kubeconfig` };
    return driftless(project, [...toolGroups.render, ...toolGroups.engine], args, { env });
  }
});
