import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { playing, testDelivery, type TestDelivery } from "../support/delivery.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";

const applications = {
  database: "database, health: { timeout: 8s }",
  payments: "payments, dependsOn: [database]",
  shop: "shop, dependsOn: [payments]",
  broken: "broken",
  web: "web, health: { timeout: 8s }",
};

describe("The report of an update that failed", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: TestProject;
  let delivery: TestDelivery;
  let revision: string;

  before(async () => {
    cluster = await startTestCluster("report");
    project = await createTestProject();
    delivery = testDelivery(project, cluster, applications);
    revision = await delivery.pin({
      "database/all.yaml": playing("database", "unready"),
      "payments/all.yaml": deployment("payments"),
      "shop/all.yaml": configMap("shop"),
      "broken/all.yaml": `${configMap("fine")}---\n${configMap("wrong").replace("key:", '"bad key":')}`,
      "web/all.yaml": deployment("web"),
    });
  });
  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const exists = (kind: string, name: string) =>
    cluster.kubectl("-n", "payments", "get", kind, name, "--ignore-not-found", "-o", "name");

  it("goes on with what can go on, and says what failed, why, and who waited for whom", async () => {
    const { stdout, stderr } = await delivery.run(["up", "dev", "--yes"], 1);
    assert.match(stdout, /^broken +failed +OBJECT_REFUSED$/m);
    assert.match(stdout, /^database +failed +HEALTH_TIMEOUT$/m);
    assert.match(stdout, /^payments +waiting +for database, which is not healthy$/m);
    assert.match(stdout, /^shop +waiting +for payments, which waits too$/m);
    assert.match(stdout, /^and 1 up$/m);
    assert.match(stdout, new RegExp(`^dev at ${revision.slice(0, 7)}: the update failed; \\d+ created$`, "m"));
    assert.match(
      stderr,
      /^database\/all\.yaml.*: HEALTH_TIMEOUT application database: Deployment\.apps payments\/database on eu /m,
    );
    assert.match(
      stderr,
      /^broken\/all\.yaml:\d+: OBJECT_REFUSED ConfigMap payments\/wrong on eu: its cluster refuses it: /m,
    );
    assert.match(stderr, /^application database: waiting for Deployment\.apps payments\/database on eu: /m);
    assert.doesNotMatch(stderr, /timed out|^info /m);
    assert.equal(await exists("deployment", "web"), "deployment.apps/web");
    assert.equal(await exists("deployment", "payments"), "");
  });

  it("is the same in JSON", async () => {
    await delivery.pin({ "broken/all.yaml": configMap("fine") });
    const {
      kind,
      findings,
      applications: reports,
      changes,
      planDigest,
    } = await delivery.json(["up", "dev", "--yes"], 1);
    assert.equal(kind, "Error");
    assert.match(String(planDigest), /^sha256:/);
    const listed = findings as readonly { readonly code: string }[];
    assert.deepEqual(
      listed.map(({ code }) => code),
      ["HEALTH_TIMEOUT"],
    );
    const states = reports as readonly { readonly name: string; readonly state: string; readonly waitsFor: string[] }[];
    assert.deepEqual(
      states.map(({ name, state, waitsFor }) => [name, state, ...waitsFor]),
      [
        ["broken", "up"],
        ["database", "failed"],
        ["web", "unchanged"],
        ["payments", "waiting", "database"],
        ["shop", "waiting", "payments"],
      ],
    );
    assert.deepEqual(changes, []);
  });

  it("names the object that the API server refuses before anything is touched", async () => {
    const wrong = configMap("wrong").replace("key:", '"bad key":');
    await delivery.pin({ "broken/all.yaml": `${configMap("fine")}---\n${wrong}` });
    const { stdout, stderr } = await delivery.run(["preview", "dev", "--markdown"], 1);
    assert.match(
      stderr,
      /^broken\/all\.yaml:\d+: OBJECT_REFUSED ConfigMap payments\/wrong on eu: its cluster refuses it: /m,
    );
    assert.match(stdout, /^### ❌ Preview of `dev` at `[0-9a-f]{7}` failed$/m);
    assert.equal(stderr.match(/^ {2}fix: /gm)?.length, 1);
    await delivery.pin({ "broken/all.yaml": configMap("fine") });
  });

  it("is a comment that holds the table", async () => {
    const { stdout } = await delivery.run(["up", "dev", "--yes", "--markdown"], 1);
    assert.match(stdout, /^<!-- driftless: up dev -->\n### ❌ Update of `dev` at `[0-9a-f]{7}` failed\n/);
    assert.match(stdout, /^- ❌ \*\*HEALTH_TIMEOUT\*\* /m);
    assert.match(stdout, /^\| `payments` \| ⏳ waiting \| for database, which is not healthy \|$/m);
  });

  it("ends when what failed got well, although nothing has changed since", async () => {
    const patch = '{"spec":{"template":{"metadata":{"annotations":{"test.driftless.dev/play":null}}}}}';
    await cluster.kubectl("-n", "payments", "patch", "deployment", "database", "-p", patch);
    const preview = await delivery.run(["preview", "dev", "--exit-code"], 2);
    assert.match(preview.stdout, /\+ Deployment\.apps payments\/payments$/m);
    const { stdout } = await delivery.run(["up", "dev", "--yes"]);
    assert.match(stdout, /: \d+ created in \d+ s\n$/);
    assert.equal(await exists("deployment", "payments"), "deployment.apps/payments");
    assert.match((await delivery.run(["up", "dev", "--yes"])).stdout, /nothing to change\n$/);
  });

  it("comes back for what was left unhealthy alone", async () => {
    await delivery.pin({ "web/all.yaml": playing("web", "crash") });
    const failed = await delivery.run(["up", "dev", "--yes"], 1);
    assert.match(
      failed.stderr,
      /^web\/all\.yaml.*: (UNHEALTHY|HEALTH_TIMEOUT) application web: Deployment\.apps payments\/web on eu /m,
    );
    const preview = await delivery.run(["preview", "dev", "--exit-code"], 2);
    assert.match(preview.stdout, /: nothing to change; up waits until web is healthy\n$/);
    const patch = '{"spec":{"template":{"metadata":{"annotations":{"test.driftless.dev/play":null}}}}}';
    await cluster.kubectl("-n", "payments", "patch", "deployment", "web", "-p", patch);
    const { stdout } = await delivery.run(["up", "dev", "--yes"]);
    assert.match(stdout, /: nothing changed; web is healthy in \d+ s\n$/);
  });
});
