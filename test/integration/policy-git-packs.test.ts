import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { createConfigRepo } from "../support/config-repo.ts";
import { environmentText } from "../support/environment-text.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";

const rule = (message: string): string => `import { PolicyPack } from "@pulumi/policy";
import { says } from "./lib/says.ts";
new PolicyPack("team", { policies: [{ name: "named", description: "Named.", enforcementLevel: "mandatory",
  validateResource: ({ type }, report) => { if (type === "kubernetes:core/v1:ConfigMap") report(says("${message}")); } }] });
`;
const pack = (message: string): Readonly<Record<string, string>> => ({
  "packs/team/PulumiPolicy.yaml": "runtime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n",
  "packs/team/package.json": '{ "name": "team", "version": "1.2.0", "type": "module" }\n',
  "packs/team/index.ts": rule(message),
  "packs/team/lib/says.ts": "export const says = (text: string): string => `${text}!`;\n",
});

describe("a policy pack in a Git repository", function () {
  this.timeout(120_000);
  let project: TestProject;
  let source: string;
  let revision: string;

  before(async () => {
    project = await createTestProject();
    source = await project.commit({ "app/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\n" });
    const packs = await createConfigRepo(join(project.folder, "packs.git"));
    revision = await packs.commit(pack("first"));
    await packs.commit(pack("second"));
  });
  after(() => project.remove());

  async function check(entry: object): Promise<CommandResult> {
    await project.write(
      "environments/dev.yaml",
      environmentText(source, {
        tenants: { shop: { namespaces: ["shop"] } },
        applications: { app: { tenant: "shop", path: "app" } },
        policy: { packs: [{ git: "packs.git", local: true, path: "packs/team", ...entry }] },
      }),
    );
    return driftless(project, toolGroups.render, ["policy", "check", "dev", "--quiet"]);
  }

  it("runs as it is at the named commit, whatever its branch says now", async () => {
    const { exitCode, stdout, stderr } = await check({ revision, version: "1.2.0" });
    assert.equal(exitCode, 1, stderr);
    assert.match(stdout + stderr, /app\/app.yaml:1: .*named: first!/);
    assert.doesNotMatch(stdout + stderr, /second/);
  });

  it("is put back as the commit has it, whatever was done to its files", async () => {
    await check({ revision });
    const packs = join(project.folder, ".driftless", "packs");
    const [folder = ""] = await readdir(packs);
    await writeFile(join(packs, folder, "index.ts"), rule("tampered"));
    await writeFile(join(packs, folder, "more.ts"), "");
    const { stdout, stderr } = await check({ revision });
    assert.match(stdout + stderr, /named: first!/);
    assert.equal(await readFile(join(packs, folder, "index.ts"), "utf8"), rule("first"));
    assert.deepEqual((await readdir(join(packs, folder))).sort(), [
      "PulumiPolicy.yaml",
      "index.ts",
      "lib",
      "package.json",
    ]);
  });

  it("is refused at its place if the commit, the folder or the version is not there", async () => {
    const missing = await check({ revision: "1".repeat(40) });
    assert.match(missing.stderr, /^environments\/dev.yaml:8:\d+ \(policy\.packs\[0\]\.git\): COMMIT_NOT_FOUND /m);
    const elsewhere = await check({ revision, path: "packs/other" });
    assert.match(elsewhere.stderr, /^environments\/dev.yaml:8:\d+ \(policy\.packs\[0\]\.git\): PATH_NOT_FOUND /m);
    const other = await check({ revision, version: "1.3.0" });
    assert.match(other.stderr, /POLICY_UNAVAILABLE .*1\.2\.0/);
  });
});
