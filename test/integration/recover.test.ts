import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { CommandOptions, CommandResult } from "../support/command-line.ts";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { configMap, deployment } from "../support/sample.ts";

const early = configMap("early").replace(
  "{ name: early }",
  '{ name: early, annotations: { driftless.dev/wave: "-1" } }',
);
const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: orders }
spec: { accessModes: [ReadWriteOnce], storageClassName: local-immediate, resources: { requests: { storage: 1Gi } } }
`;
const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { driftless.dev/hook: pre-deploy } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: job, image: "registry.example.com/job:1.0.0", resources: { limits: { cpu: 100m, memory: 64Mi } } }
`;
const clusters = { eu: { kubeconfig: {} }, us: { kubeconfig: { env: "US_KUBECONFIG" } } };
const always = '{ cron: "* * * * *", duration: 24h }';

describe("a cluster that is lost", function () {
  this.timeout(400_000);
  let dev: DeliveryEnvironment;
  let us: TestCluster;

  const options = (more: CommandOptions = {}): CommandOptions => ({
    ...more,
    env: { US_KUBECONFIG: us.kubeconfig, ...more.env },
  });
  const run = (...args: readonly string[]): Promise<CommandResult> => dev.run(args, options());
  const must = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(...args);
    assert.equal(exitCode, 0, stderr + stdout);
    return stdout;
  };
  const refused = async (code: string, args: readonly string[], more?: CommandOptions): Promise<string> => {
    const { exitCode, stdout, stderr } = await dev.run(args, options(more));
    assert.notEqual(exitCode, 0, stdout);
    assert.match(stderr + stdout, new RegExp(`\\b${code}\\b`));
    return stderr + stdout;
  };
  const write = (safety = ""): Promise<void> =>
    dev.write(
      `applications:\n  web: { tenant: shop, path: web }\n  api: { tenant: shop, path: api, dependsOn: [web] }\n${safety}`,
      undefined,
      clusters,
    );
  /** What of `shop` is on a cluster, with the versions that every write changes. */
  const versions = (cluster: TestCluster): Promise<string> =>
    cluster.kubectl(
      ...["-n", "shop", "get", "configmaps,jobs,pvc,deployments", "-l", "app.kubernetes.io/managed-by=driftless"],
      ...[
        "-o",
        "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.generation}{'\\n'}{end}",
      ],
    );
  const names = async (cluster: TestCluster): Promise<readonly string[]> =>
    (await versions(cluster)).split("\n").map((line) => line.replace(/ .*/, ""));

  before(async () => {
    [dev, us] = await Promise.all([DeliveryEnvironment.start("recover-eu"), startTestCluster("recover-us")]);
    await dev.commit({
      "web/web.yaml": deployment("web"),
      "web/early.yaml": early,
      "web/claim.yaml": claim,
      "web/hook.yaml": hook,
      "api/api.yaml": deployment("api"),
    });
    await write();
    await must("up", "dev", "--yes");
  });
  after(async () => {
    await Promise.all([dev.remove(), us.remove()]);
  });

  it("is none as long as it is the one of last time, with all that it held", async () => {
    assert.match(await must("recover", "dev", "--yes"), /^Nothing of dev is lost/);
    await us.kubectl("-n", "shop", "delete", "configmap", "early");
    await refused("CLUSTER_NOT_LOST", ["recover", "dev", "--yes", "--cluster", "us"]);
    assert.match(await must("recover", "dev", "--yes"), /^Nothing of dev is lost/);
    await must("up", "dev", "--heal", "--yes");
  });

  it("is not taken for another one that answers under its name, and that is left alone", async () => {
    const before = await versions(dev.cluster);
    const wrong: CommandOptions = { env: { US_KUBECONFIG: dev.cluster.kubeconfig } };
    for (const args of [
      ["preview", "dev"],
      ["up", "dev", "--yes"],
      ["up", "dev", "--heal", "--yes"],
      ["destroy", "dev", "--yes"],
    ]) {
      assert.match(
        await refused("CLUSTER_REPLACED", args, wrong),
        /"us" is another one than last time: it was \S+, and is \S+\./,
      );
    }
    const drift = await dev.run(["drift", "dev", "--json"], options(wrong));
    assert.equal(drift.exitCode, 1);
    assert.match(drift.stdout, /CLUSTER_REPLACED/);
    assert.doesNotMatch(drift.stdout, /"verdict": "deleted"/);
    assert.equal(await versions(dev.cluster), before);
    await must("drift", "dev");
  });

  it("is rebuilt where another one took its place, and the others are left alone", async () => {
    const [eu, old] = [await versions(dev.cluster), us];
    const held = await names(old);
    us = await startTestCluster("recover-us2");
    await old.remove();
    await refused("CLUSTER_REPLACED", ["up", "dev", "--yes"]);

    await write(`safety: { freeze: [${always}] }\n`);
    await refused("POLICY_VIOLATION", ["recover", "dev", "--yes"]);
    await refused("CLUSTER_REPLACED", ["preview", "dev"]);
    const stdout = await must("recover", "dev", "--yes", "--break-glass", "the house of us burnt down");
    assert.match(stdout, /^lost {2}us: it was \S+, and is \S+ now \(\d+ objects\)$/m);
    assert.match(stdout, /^ {4}PersistentVolumeClaim shop\/orders on us$/m);
    assert.doesNotMatch(stdout, / on eu$/m);
    await write();
    assert.deepEqual(await names(us), held);
    assert.ok(held.includes("Job/migrate"), "the hook ran on the new cluster too");
    assert.equal(await versions(dev.cluster), eu);
    await must("drift", "dev");
    assert.match(await must("preview", "dev"), /: nothing to change$/m);
  });

  it("is rebuilt where nothing is left of what it held, and goes on after an interruption", async () => {
    const eu = await versions(dev.cluster);
    await us.kubectl("delete", "namespace", "shop", "--wait=true");
    const interrupt = new AbortController();
    const io = {
      signal: interrupt.signal,
      stderr: (text: string) => {
        if (/\d+\/\d+ {2}create Job/.test(text) || /migrate/.test(text)) interrupt.abort();
      },
    };
    const { exitCode } = await dev.run(["recover", "dev", "--yes"], options({ io }));
    assert.notEqual(exitCode, 0);
    await must("recover", "dev", "--yes");
    assert.deepEqual(await names(us), await names(dev.cluster));
    assert.equal(await versions(dev.cluster), eu);
    await must("drift", "dev");
  });

  it("may be another one that holds the same, if somebody says so", async () => {
    const old = us;
    us = await startTestCluster("recover-us3");
    await old.remove();
    await refused("USAGE", ["up", "dev", "--yes", "--accept-cluster", "mars"]);
    await must("up", "dev", "--yes", "--accept-cluster", "us");
    assert.ok((await names(us)).includes("Deployment/web"));
    await must("drift", "dev");
  });
});
