import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { XMLValidator } from "fast-xml-parser";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";

const typo = deployment("web").replace("spec:\n", "spec:\n  replica: 3\n");
const certificate = `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web }
spec: { secretName: web }
`;

const validation = z.object({
  kind: z.literal("Validation"),
  environments: z.array(
    z.object({
      name: z.string(),
      valid: z.boolean(),
      objects: z.number().optional(),
      kubernetes: z.array(z.string()).optional(),
      unchecked: z.record(z.string(), z.number()).optional(),
      violations: z.array(z.unknown()).optional(),
      mistakes: z
        .array(z.object({ field: z.string(), place: z.object({ file: z.string(), line: z.number() }) }))
        .optional(),
      errors: z.array(z.object({ code: z.string() })).optional(),
    }),
  ),
});

describe("driftless validate --all", function () {
  this.timeout(120_000);
  let project: TestProject;

  before(async () => {
    project = await createTestProject();
    const revision = await project.commit({
      "good/web.yaml": configMap("web"),
      "typo/web.yaml": `${configMap("first")}---\n${typo}${certificate}`,
      "broken/web.yaml": "kind: [",
    });
    const write = (name: string, path: string, fields: object = {}): Promise<void> =>
      project.write(
        `environments/${name}.yaml`,
        environmentText(revision, {
          name,
          tenants: { shop: { namespaces: ["shop"], allow: { namespacedKinds: ["Certificate.cert-manager.io"] } } },
          applications: { web: { tenant: "shop", path } },
          policy: { config: { all: "disabled" } },
          ...fields,
        }),
      );
    await write("good", "good");
    await write("typo", "typo", { clusters: { main: { kubeconfig: {}, kubernetes: { version: "1.31" } } } });
    await write("broken", "broken");
    await write("strict", "typo", { policy: { config: { all: "disabled", "image-tag-required": "mandatory" } } });
  });
  after(() => project.remove());

  const run = (...args: readonly string[]): Promise<CommandResult> =>
    driftless(project, toolGroups.render, ["validate", ...args, "--quiet"]);

  it("finds what documents alone do not show, in every environment, whatever is wrong with others", async () => {
    const documents = await run();
    assert.equal(documents.exitCode, 0, documents.stderr);
    const { exitCode, stdout } = await run("--all", "--json");
    assert.equal(exitCode, 1);
    const { environments } = validation.parse(JSON.parse(stdout));
    assert.deepEqual(
      environments.map(({ name, valid, errors, mistakes }) => [
        name,
        valid,
        errors?.map(({ code }) => code),
        mistakes?.length,
      ]),
      [
        ["broken", false, ["YAML_SYNTAX"], undefined],
        ["good", true, undefined, 0],
        ["strict", false, undefined, 1],
        ["typo", false, undefined, 1],
      ],
    );
    const typo = environments.at(-1);
    assert.deepEqual(typo?.mistakes?.[0], { field: "spec.replica", place: { file: "typo/web.yaml", line: 10 } });
    assert.deepEqual([typo.kubernetes, typo.unchecked], [["1.31"], { "Certificate.cert-manager.io": 1 }]);
  });

  it("prints them for people, for code scanning and for test views", async () => {
    const text = await run("typo", "--all");
    assert.equal(text.exitCode, 1);
    assert.match(
      text.stdout,
      /^typo\/web\.yaml:10: SCHEMA_INVALID main\/shop\/Deployment\.apps\/web: spec\.replica is no field of its kind\.\n {2}fix: Did you mean "replicas"\?$/m,
    );
    assert.match(
      text.stdout,
      /^invalid typo at \w{7}: 1 application, \d+ objects against Kubernetes 1\.31: 1 mistake, /m,
    );
    assert.match(
      text.stdout,
      /not checked, as the source does not define them: Certificate\.cert-manager\.io \(1 object\)/,
    );

    const junit = await run("--all", "--junit");
    assert.equal(junit.exitCode, 1);
    assert.equal(XMLValidator.validate(junit.stdout), true);
    assert.equal(junit.stdout.match(/<testsuite /g)?.length, 4);
    assert.match(junit.stdout, /<failure message="spec\.replica is no field of its kind\." type="schema">/);

    const sarif = await run("typo", "--all", "--sarif");
    assert.match(sarif.stdout, /"ruleId": "schema"/);
    assert.match(sarif.stdout, /"startLine": 10/);
  });

  it("refuses a pin that is kept out, at its place in the document, and a block list that cannot be read", async () => {
    const document = await readFile(join(project.folder, "environments", "good.yaml"), "utf8");
    const revision = /[0-9a-f]{40}/.exec(document)?.[0] ?? "";
    const line = document.slice(0, document.indexOf(revision)).split("\n").length;
    const decided = 'reason: leaks, by: Ada, at: "2026-11-22T20:00:00Z"';
    const list = (entries: string): Promise<void> =>
      project.write(
        "environments/_blocked.yaml",
        `apiVersion: driftless.dev/v1alpha1\nkind: BlockList\nblocked: [${entries}]\n`,
      );
    await list(`{ revision: ${revision}, environments: [good], ${decided} }`);
    const { exitCode, stderr } = await run();
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      new RegExp(
        `^environments/good\\.yaml:${line}:\\d+.*: REVISION_BLOCKED The commit ${revision.slice(0, 7)} is kept out of good`,
      ),
    );
    assert.equal(stderr.match(/REVISION_BLOCKED/g)?.length, 1, "of no other environment");
    assert.match((await run("good", "--all")).stdout, /REVISION_BLOCKED/);
    await list("{ revision: main }");
    assert.match((await run()).stderr, /^environments\/_blocked\.yaml:3:/m);
    await list("");
    assert.equal((await run()).exitCode, 0);
  });

  it("ends well where all is well, and takes formats only with what they are for", async () => {
    const good = await run("good", "--all");
    assert.equal(good.exitCode, 0, good.stderr);
    assert.match(good.stdout, /^valid {3}good at /m);
    const without = await run("good", "--sarif");
    assert.equal(without.exitCode, 1);
    assert.match(without.stderr + without.stdout, /USAGE/);
  });
});
