import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";

const deployment = (image: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ${image}
`;
const secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: token\nstringData:\n  token: canary-of-the-test\n";

describe("The command line without a cluster", () => {
  let project: TestProject;
  let first: string;
  let second: string;

  before(async () => {
    project = await createTestProject();
    first = await project.commit({ "web/web.yaml": deployment("web:1.0", 2), "web/secret.yaml": secret });
    second = await project.commit({
      "web/web.yaml": deployment("web:1.1", 3),
      "web/secret.yaml": secret.replace("test", "second-test"),
      "web/flag.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flag\ndata:\n  beta: "yes"\n',
    });
    await project.write("environments/dev.yaml", document(first));
  });
  after(() => project.remove());

  const document = (revision: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source:
  repo: config.git
  local: true
  revision: ${revision} # the pin
clusters:
  main: { local: { name: dev } }
tenants:
  shop: { namespaces: [shop] }
applications:
  web: { tenant: shop, path: web } # one of ours
`;

  async function succeed(args: readonly string[], exitCode = 0) {
    const result = await driftless(project, toolGroups.render, args);
    assert.equal(result.exitCode, exitCode, result.stderr);
    return result;
  }

  async function json(args: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout } = await succeed([...args, "--json"]);
    const value: unknown = JSON.parse(stdout);
    assert.ok(typeof value === "object" && value !== null);
    return { ...value };
  }

  it("validates every environment of the project", async () => {
    assert.equal((await succeed(["validate"])).stdout, "valid  dev  environments/dev.yaml\n");
  });

  it("explains who set a value", async () => {
    const { stdout } = await succeed(["explain", "dev", "applications.web.namespace"]);
    assert.match(stdout, /^applications\.web\.namespace {2}shop {2}inherited from tenants\.shop\.namespaces\[0\]/);
  });

  it("plans, and says from where the source came", async () => {
    const fetched = await succeed(["plan", "dev"]);
    assert.match(fetched.stderr, new RegExp(`^source {2}config\\.git @ ${first.slice(0, 7)} {2}\\(`));
    assert.match(fetched.stdout, /^ {2}Deployment\.apps shop\/web on main +web\/web\.yaml:1$/m);
    const again = await succeed(["plan", "dev"]);
    assert.match(again.stderr, /from the cache; Git was not asked/);
    assert.equal(again.stdout, fetched.stdout);
  });

  it("renders manifests with their origin, and no value of a Secret in any form of output", async () => {
    const { stdout } = await succeed(["render", "dev", "web"]);
    assert.match(stdout, /^# origin: web\/web\.yaml:1$/m);
    assert.match(stdout, /^ {2}token: "\[secret\]"$/m);
    for (const args of [
      ["render", "dev", "web", "--json"],
      ["plan", "dev", "--json"],
      ["plan", "dev", "--markdown"],
    ]) {
      assert.doesNotMatch((await succeed(args)).stdout, /canary/, args.join(" "));
    }
    assert.doesNotMatch(stdout, /canary/);
  });

  it("quotes what YAML 1.1 would take for something else", async () => {
    assert.match((await succeed(["render", "dev", "web", "--revision", second])).stdout, /^ {2}beta: "yes"$/m);
  });

  it("shows what a move of the pin changes, in text, JSON and Markdown, with an exit code on request", async () => {
    const move = ["diff", "dev", "--from", first, "--to", second];
    const text = await succeed([...move, "--exit-code"], 2);
    assert.match(text.stdout, /^ {2}\+ ConfigMap shop\/flag$/m);
    assert.match(text.stdout, /^ {6}spec\.replicas: 2 → 3$/m);
    assert.match(text.stdout, /stringData\.token: \[secret\] → \[secret\]$/m);
    assert.doesNotMatch(text.stdout, /canary/);
    const { changes, kind } = await json(move);
    assert.equal(kind, "Diff");
    assert.equal(Array.isArray(changes) && changes.length, 3);
    assert.match((await succeed([...move, "--markdown"])).stdout, /^<!-- driftless: diff dev -->\n/);
    const nothing = await succeed(["diff", "dev", "--from", first, "--to", first, "--exit-code"]);
    for (const [{ stderr }, lines] of [
      [text, 2],
      [nothing, 1],
    ] as const) {
      assert.equal(stderr.match(/^source /gm)?.length, lines, "once per commit");
    }
  });

  it("says which id to give instead of a short one or a branch", async () => {
    for (const args of [
      ["diff", "dev", "--from"],
      ["pin", "dev", "--to"],
      ["plan", "dev", "--revision"],
    ]) {
      const { stderr } = await succeed([...args, first.slice(0, 7)], 1);
      assert.match(
        stderr,
        new RegExp(`^REVISION_INVALID .*\n  fix: .*\`git rev-parse ${first.slice(0, 7)}\` prints it\\.\n$`),
      );
    }
  });

  it("moves the pin: first only shows, then rewrites that field and nothing else", async () => {
    const file = join(project.folder, "environments", "dev.yaml");
    const shown = await succeed(["pin", "dev", "--dry-run"]);
    assert.match(shown.stdout, /environments\/dev\.yaml was not changed \(--dry-run\): 1 to create, 2 to update$/m);
    assert.equal(await readFile(file, "utf8"), document(first));

    const moved = await succeed(["pin", "dev"]);
    assert.match(
      moved.stdout,
      new RegExp(`^from +${first.slice(0, 7)} +Commit 1\nto +${second.slice(0, 7)} +Commit 2\n`),
    );
    assert.equal(await readFile(file, "utf8"), document(second));

    assert.match((await succeed(["pin", "dev"])).stdout, /is at that commit already/);
    await succeed(["pin", "dev", "--to", first]);
    assert.equal(await readFile(file, "utf8"), document(first));
  });

  it("makes the first pin, and mends one that is no commit id", async () => {
    const file = join(project.folder, "environments", "dev.yaml");
    const line = `  revision: ${first} # the pin\n`;
    for (const [written, after] of [
      ["", `  revision: ${first}\n`],
      ["  revision: # the pin\n", line],
      ['  revision: "" # the pin\n', line.replace(first, `"${first}"`)],
      ["  revision: main # the pin\n", line],
      [`  revision: ${first.slice(0, 7)} # the pin\n`, line],
    ] as const) {
      await project.write("environments/dev.yaml", document(first).replace(line, written));
      assert.match((await succeed(["plan", "dev"], 1)).stderr, /fix: Run `driftless pin dev`/);
      const { stdout, stderr } = await succeed(["pin", "dev", "--to", first]);
      assert.match(stdout, /^from {2}no commit\nto {4}[0-9a-f]{7} {2}Commit 1\n\nThe document pinned no commit, so /);
      assert.equal(stderr, "", "no word of the cache: Git was asked for the commit");
      assert.equal(await readFile(file, "utf8"), document(first).replace(line, after));
      assert.match((await succeed(["pin", "dev", "--to", first])).stdout, /is at that commit already/);
    }
    await project.write("environments/dev.yaml", document(first));
  });

  it("refuses to pin a commit that cannot be planned, and leaves the document alone", async () => {
    const broken = await project.commit({ "web/web.yaml": "kind: [" });
    const { exitCode, stderr } = await driftless(project, toolGroups.render, ["pin", "dev", "--to", broken, "--quiet"]);
    assert.match(stderr, /^web\/web\.yaml:1:\d+: YAML_SYNTAX /);
    assert.equal(exitCode, 1);
    assert.equal(await readFile(join(project.folder, "environments", "dev.yaml"), "utf8"), document(first));
  });

  it("works as the program that users start", async () => {
    const program = join(repository, "bin", "driftless.js");
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      "-C",
      project.folder,
      "validate",
      "--json",
    ]);
    assert.equal((JSON.parse(stdout) as { kind: string }).kind, "Validation");
  });
});
