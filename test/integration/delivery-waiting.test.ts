import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { toolGroups, toolPath } from "../../toolchain/toolchain.ts";
import { playing, testDelivery, type TestDelivery } from "../support/delivery.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";
import { testTools } from "../support/toolchain.ts";

const applications = {
  database: "database, health: { timeout: 240s }",
  payments: "payments, dependsOn: [database]",
  web: "web, health: { timeout: 20s }",
};
/** A Job that runs after a failure; its pods play something, see `startTestCluster`. */
const hook = (play: string): string => `apiVersion: batch/v1
kind: Job
metadata: { name: page, annotations: { driftless.dev/hook: on-failure } }
spec:
  backoffLimit: 0
  template:
    metadata: { annotations: { test.driftless.dev/play: ${play} } }
    spec:
      restartPolicy: Never
      containers: [{ name: page, image: "page:1.0.0", resources: { limits: { cpu: 100m, memory: 64Mi } } }]
`;
/** The application that never gets ready, in a version. */
const stuck = (version: string): string => playing("web", "unready", `registry.example.com/web:${version}`);

describe("What an update waits for", function () {
  this.timeout(400_000);
  let cluster: TestCluster;
  let project: TestProject;
  let delivery: TestDelivery;

  before(async () => {
    cluster = await startTestCluster("waiting");
    project = await createTestProject();
    delivery = testDelivery(project, cluster, applications);
  });
  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const get = (kind: string, name: string, path: string) =>
    cluster.kubectl("-n", "payments", "get", kind, name, "--ignore-not-found", "-o", `jsonpath={${path}}`);

  /** An update in a process of its own; ends with what it wrote. */
  async function startUp(
    onLine: (text: string) => void,
  ): Promise<{ readonly exitCode: number; readonly text: string }> {
    const tools = await testTools([...toolGroups.render, ...toolGroups.engine]);
    const env = {
      ...process.env,
      PATH: toolPath(tools, process.env),
      XDG_CACHE_HOME: project.cacheHome,
      KUBECONFIG: cluster.kubeconfig,
    };
    const main = join(repository, "automation", "main.ts");
    const child = spawn(process.execPath, [main, "up", "dev", "--yes"], { cwd: project.folder, env });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => onLine((text += data.toString("utf8"))));
    }
    const [exitCode] = (await once(child, "close")) as [number];
    return { exitCode, text };
  }

  it("ends when the pin moves, and the next update takes over at once", async () => {
    const good = await project.commit({
      "database/all.yaml": deployment("database"),
      "payments/all.yaml": configMap("payments"),
      "web/all.yaml": deployment("web"),
    });
    const bad = await delivery.pin({ "database/all.yaml": playing("database", "unready") });
    const waiting = Promise.withResolvers<undefined>();
    const first = startUp((text) => {
      if (text.includes("waiting for Deployment.apps payments/database")) waiting.resolve(undefined);
    });
    await Promise.race([waiting.promise, first.then(({ text }) => assert.fail(text))]);
    await delivery.pinTo(good);
    const second = await delivery.run(["up", "dev", "--yes"]);
    const ended = await first;
    assert.equal(ended.exitCode, 3, ended.text);
    assert.match(
      ended.text,
      new RegExp(`SUPERSEDED The pin of dev moved to ${good.slice(0, 7)} while .* ${bad.slice(0, 7)}\\.$`, "m"),
    );
    assert.match(second.stdout, /: .*created.* in \d+ s\n$/);
    assert.match((await delivery.run(["status", "dev"])).stdout, new RegExp(`^dev at ${good.slice(0, 7)} `));
  });

  it("is nothing with --no-wait, and all of it with the next update", async () => {
    await delivery.pin({
      "web/all.yaml": stuck("2.0.0"),
      "database/all.yaml": deployment("database", "registry.example.com/web:2.0.0"),
      "payments/all.yaml": configMap("payments", "2"),
    });
    const { stdout } = await delivery.run(["up", "dev", "--yes", "--no-wait"]);
    assert.match(stdout, /: 3 updated in \d+ s\n$/);
    assert.equal(await get("configmap", "payments", ".data.key"), "2");
    assert.match((await delivery.run(["up", "dev", "--yes", "--no-wait"])).stdout, /nothing to change\n$/);
    const waited = await delivery.run(["up", "dev", "--yes"], 1);
    assert.match(waited.stdout, /^web +failed +HEALTH_TIMEOUT\nand 2 up$/m);
  });

  it("is over for an application that failed, whose on-failure hook then runs and hides nothing", async () => {
    await delivery.pin({ "web/all.yaml": `${stuck("3.0.0")}---\n${hook("late")}` });
    const document = await delivery.json(["up", "dev", "--yes"], 1);
    assert.deepEqual(document["hooks"], [
      { application: "web", phase: "on-failure", object: "eu/payments/Job.batch/page", state: "done" },
    ]);
    const findings = document["findings"] as readonly { readonly code: string }[];
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["HEALTH_TIMEOUT"],
    );
    assert.equal(await get("job", "page", ".status.succeeded"), "1");
    await delivery.pin({ "web/all.yaml": `${stuck("4.0.0")}---\n${hook("fail")}` });
    const { stderr } = await delivery.run(["up", "dev", "--yes"], 1);
    assert.match(stderr, /HEALTH_TIMEOUT .*[^]*HOOK_FAILED /);
  });

  it("includes what a comparison with the cluster put back, although no gate knows of it", async () => {
    await delivery.pin({ "web/all.yaml": deployment("web") });
    await delivery.run(["up", "dev", "--yes"]);
    const nodes = (await cluster.kubectl("get", "nodes", "-o", "name")).split("\n");
    await cluster.kubectl("cordon", ...nodes);
    await cluster.kubectl("-n", "payments", "delete", "deployment", "web");
    const { stdout, stderr } = await delivery.run(["up", "dev", "--yes", "--refresh"], 1);
    assert.match(
      stderr,
      /HEALTH_TIMEOUT application web: Deployment\.apps payments\/web on eu was not healthy within 20s: /,
    );
    assert.match(stdout, /^web +failed +HEALTH_TIMEOUT$/m);
    assert.match(stdout, /: the update failed; 1 created$/m);
    await cluster.kubectl("uncordon", ...nodes);
  });
});
