import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandOptions } from "../support/command-line.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";

const tools = [...toolGroups.render, ...toolGroups.engine, ...toolGroups.cluster];
const configMap = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: ${value}\n`;

describe("The command line on a real engine and API server", function () {
  this.timeout(300_000);
  let project: TestProject;
  let first: string;
  let second: string;

  before(async () => {
    project = await createTestProject();
    first = await project.commit({
      "app/one.yaml": configMap("one", "first"),
      "app/gone.yaml": configMap("gone", "x"),
    });
    second = await project.commit({
      "app/one.yaml": configMap("one", "second"),
      "app/two.yaml": configMap("two", "new"),
      "app/gone.yaml": null,
    });
    await project.write("environments/dev.yaml", document(first));
    await succeed(["cluster", "up", "cli"]);
  });
  after(async () => {
    await driftless(project, tools, ["cluster", "down", "cli", "--delete"]);
    await project.remove();
  });

  const document = (revision: string, safety = "", policy = ""): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: config.git, local: true, revision: ${revision} }
clusters:
  main: { local: { name: cli } }
tenants:
  shop: { namespaces: [shop] }
applications:
  app: { tenant: shop, path: app, safety: { maxDeletions: 100% } }
safety: { maxDeletions: 100%${safety} }
${policy}`;

  async function succeed(args: readonly string[], exitCode = 0, options: CommandOptions = {}) {
    const result = await driftless(project, tools, args, options);
    assert.equal(result.exitCode, exitCode, result.stderr);
    return result;
  }

  it("shows the local cluster", async () => {
    assert.match((await succeed(["cluster", "status"])).stdout, /^cli {2}running {2}Kubernetes \d/);
  });

  it("previews as a comment for a pull request, and exits with 2 on request", async () => {
    const { stdout } = await succeed(["preview", "dev", "--markdown", "--exit-code"], 2);
    assert.match(stdout, /^<!-- driftless: preview dev -->\n### Preview of `dev` at/);
    assert.match(stdout, /\| `app` \| 2 \| 0 \| 0 \| 0 \| 0 \|/);
    assert.match(stdout, /checked by `/, "policy packs ran");
  });

  it("applies nothing when the answer is no", async () => {
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve((asked.push(question), "no"));
    const { stdout } = await succeed(["up", "dev"], 130, { io: { ask } });
    assert.deepEqual(asked, ["Apply this to dev? Type yes: "]);
    assert.match(stdout, /Nothing was applied\.\n$/);
    assert.match((await succeed(["status", "dev"])).stdout, /^dev is not deployed/);
  });

  it("refuses to apply anything but what was previewed", async () => {
    const ask = async (): Promise<string> => {
      await project.write("environments/dev.yaml", document(second));
      return "yes";
    };
    const { stderr } = await succeed(["up", "dev"], 1, { io: { ask } });
    assert.match(stderr, /^PLAN_STALE /m);
    assert.match((await succeed(["status", "dev"])).stdout, /^dev is not deployed/);
    await project.write("environments/dev.yaml", document(first));
  });

  it("applies what was agreed to, and says how it is", async () => {
    const { stdout } = await succeed(["up", "dev"], 0, { io: { ask: () => Promise.resolve("yes") } });
    assert.match(stdout, /^ {2}\+ ConfigMap shop\/one$/m);
    assert.match(
      stdout,
      new RegExp(`dev at ${first.slice(0, 7)} \\(plan sha256:[0-9a-f]{12}\\): \\d+ created in \\d+ s\n$`),
    );
    const status = await succeed(["status", "dev"]);
    assert.match(status.stdout, new RegExp(`^dev at ${first.slice(0, 7)} {2}plan sha256:`));
    assert.match(status.stdout, /^last update succeeded, \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC$/m);
    assert.match(status.stdout, /^app +healthy {2}2\/2 healthy$/m);
  });

  it("finds nothing to do the second time, and does nothing", async () => {
    assert.match((await succeed(["up", "dev", "--yes"])).stdout, /nothing to change\n$/);
  });

  it("follows a move of the pin that adds, changes and removes objects", async () => {
    await succeed(["pin", "dev", "--to", second]);
    const { stdout } = await succeed(["up", "dev", "--yes", "--json"]);
    const update: unknown = JSON.parse(stdout);
    assert.ok(typeof update === "object" && update !== null && "counts" in update && "changes" in update);
    const { create, delete: deleted, update: updated } = update.counts as Record<string, number>;
    assert.deepEqual([create, updated, deleted], [1, 1, 1]);
    const changes = update.changes as readonly { readonly action: string; readonly name: string }[];
    assert.deepEqual(changes.map(({ action, name }) => `${action} ${name}`).sort(), [
      "create two",
      "delete gone",
      "update one",
    ]);
  });

  it("refuses an update and a destruction that rules about runs are against, and touches nothing", async () => {
    const freeze = `, freeze: [{ cron: "* * * * *", duration: 24h }]`;
    const keep = "policy: { config: { protected-kinds: mandatory } }\n";
    await project.write("environments/dev.yaml", document(first, freeze, keep));
    const { stdout } = await succeed(["preview", "dev"]);
    assert.match(stdout, /^ {2}\+ ConfigMap shop\/gone$/m, "a freeze does not stop a preview");
    assert.ok(!stdout.includes("POLICY_VIOLATION"), stdout);
    const frozen =
      /^POLICY_VIOLATION freeze-windows: \S+Z is inside a window of safety\.freeze that denies .+\n {2}fix: /m;
    assert.match((await succeed(["up", "dev", "--yes"], 1)).stderr, frozen);
    const { stderr } = await succeed(["destroy", "dev", "--yes"], 1);
    assert.match(stderr, frozen);
    assert.match(stderr, /^POLICY_VIOLATION protected-kinds: Namespace: Namespace shop on main would be deleted\.$/m);

    await project.write("environments/dev.yaml", document(second, "", keep));
    const kept = await succeed(["destroy", "dev", "--yes"], 1);
    assert.ok(kept.stderr.includes("protected-kinds: ") && !kept.stderr.includes("freeze-windows"), kept.stderr);
    await project.write("environments/dev.yaml", document(second));
    const status = (await succeed(["status", "dev"])).stdout;
    assert.match(status, new RegExp(`^dev at ${second.slice(0, 7)} `));
    assert.match(status, /^app +healthy {2}2\/2 healthy$/m);
  });

  it("names file and line of an object that policies refuse, and shows the change all the same", async () => {
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: loose }
spec:
  selector: { matchLabels: { app: loose } }
  template:
    metadata: { labels: { app: loose } }
    spec: { containers: [{ name: loose, image: "loose:1.0" }] }
`;
    const loose = await project.commit({ "app/two.yaml": `${configMap("two", "new")}---\n${deployment}` });
    await succeed(["pin", "dev", "--to", loose]);
    const { stdout, stderr } = await succeed(["preview", "dev"], 1);
    assert.match(stderr, /^app\/two\.yaml:15: POLICY_VIOLATION main\/shop\/Deployment\.apps\/loose: /m);
    assert.match(stdout, /^ {2}\+ Deployment\S* shop\/loose$/m);
    assert.match(stdout, /: 1 to create\n$/);
    assert.doesNotMatch(stdout, /error POLICY_VIOLATION/, "what is an error stands among the errors only");
    const comment = (await succeed(["preview", "dev", "--markdown"], 1)).stdout;
    assert.match(comment, /^<!-- driftless: preview dev -->\n### ❌ Preview of `dev` at `\w+` failed/);
    assert.match(comment, /POLICY_VIOLATION/);
    assert.match(comment, /\+ .*shop\/loose/);
    const refused = await succeed(["up", "dev", "--yes"], 1);
    assert.match(refused.stderr, /POLICY_VIOLATION main\/shop\/Deployment\.apps\/loose: /);
    assert.equal(refused.stdout, "", "an update that policy refuses is not previewed");
    await succeed(["pin", "dev", "--to", second]);
  });

  it("does not claim a commit until a run has reached its end", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `item-${index}`);
    const third = await project.commit({
      "app/two.yaml": configMap("two", "new"),
      ...Object.fromEntries(names.map((name) => [`app/${name}.yaml`, configMap(name, "x")])),
    });
    await succeed(["pin", "dev", "--to", third]);
    const controller = new AbortController();
    const stderr = (text: string): void => {
      if (/^[1-9]\d*\/200 /.test(text)) controller.abort();
    };
    await succeed(["up", "dev", "--yes"], 130, { io: { stderr, signal: controller.signal } });

    const failed = await succeed(["status", "dev"]);
    const advice = `run driftless up dev, which brings it to ${third.slice(0, 7)}`;
    assert.match(
      failed.stdout,
      new RegExp(`^dev: the last update did not finish \\(failed\\); ${advice}\nlast update failed, `),
    );
    const document: unknown = JSON.parse((await succeed(["status", "dev", "--json"])).stdout);
    assert.ok(typeof document === "object" && document !== null && "unfinished" in document && "revision" in document);
    assert.deepEqual([document.unfinished, document.revision], ["failed", null]);

    await succeed(["pin", "dev", "--to", second]);
    await succeed(["up", "dev", "--yes"]);
    assert.match((await succeed(["status", "dev"])).stdout, new RegExp(`^dev at ${second.slice(0, 7)} `));

    // What a run leaves behind that is killed before it has told the engine's history anything.
    await project.write(".driftless/runs/dev.json", '{"run":"6c1f8a52-8f0e-4f3b-9b43-1b7a2f5c9d10"}');
    const killed = await succeed(["status", "dev"]);
    assert.match(killed.stdout, /^dev: the last run did not finish \(interrupted\); run driftless up dev, which/);
    assert.match(killed.stdout, /^before that: update succeeded, /m);
    await succeed(["up", "dev", "--yes"]);
    assert.match((await succeed(["status", "dev"])).stdout, new RegExp(`^dev at ${second.slice(0, 7)} `));
  });

  it("gives plain pulumi what it needs, and no secret on the way", async () => {
    const { stdout } = await succeed(["doctor", "--shell"]);
    assert.match(stdout, /^export PATH='[^']+'\nexport PULUMI_BACKEND_URL='file:\/\/[^']+'\n/);
    const passphrase = (await readFile(join(project.folder, ".driftless", "passphrase"), "utf8")).trim();
    assert.ok(!stdout.includes(passphrase));
  });

  it("destroys only after the environment's name was typed", async () => {
    const answer = (text: string): CommandOptions => ({ io: { ask: () => Promise.resolve(text) } });
    assert.match((await succeed(["destroy", "dev"], 130, answer("yes"))).stdout, /Nothing was deleted\.\n$/);
    assert.match((await succeed(["destroy", "dev"], 0, answer("dev"))).stdout, /\ndev: \d+ deleted in \d+ s\n$/);
    assert.match((await succeed(["destroy", "dev", "--yes"])).stdout, /^dev holds no objects\.\n$/);
  });
});
