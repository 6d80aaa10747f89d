import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";

const document = `addons: [dns, certs]
applications:
  certs: { tenant: platform, path: certs, health: { timeout: 8s } }
  dns: { tenant: platform, path: dns, dependsOn: [certs] }
  web: { tenant: shop, path: web }
  edge: { tenant: shop, path: edge, clusters: [us] }
`;
const tenants = `
  platform: { namespaces: [platform], podSecurity: baseline, deployAs: environment }
  shop: { namespaces: [shop], podSecurity: baseline }`;

describe("the add-ons of an environment of two clusters", function () {
  this.timeout(300_000);
  let project: TestProject;
  let eu: TestCluster;
  let us: TestCluster;
  let revision = "";

  before(async () => {
    [eu, us, project] = await Promise.all([startTestCluster("eu"), startTestCluster("us"), createTestProject()]);
    revision = await project.commit({
      "certs/certs.yaml": deployment("certs"),
      "dns/dns.yaml": deployment("dns"),
      "web/web.yaml": configMap("web"),
      "edge/edge.yaml": configMap("edge"),
    });
  });
  after(() => Promise.all([project.remove(), eu.remove(), us.remove()]));

  const write = (rest = document): Promise<void> =>
    project.write(
      "environments/dev.yaml",
      `${environmentText(revision, {
        tenants,
        clusters: { eu: { kubeconfig: { env: "KUBECONFIG_EU" } }, us: { kubeconfig: { env: "KUBECONFIG_US" } } },
      })}${rest}`,
    );
  const run = (...args: readonly string[]): Promise<CommandResult> =>
    driftless(project, [...toolGroups.render, ...toolGroups.engine], args, {
      env: { KUBECONFIG_EU: eu.kubeconfig, KUBECONFIG_US: us.kubeconfig },
    });
  const created = async (cluster: TestCluster, name: string): Promise<number> => {
    const [kind = "", object = ""] = name.split("/");
    const namespace = kind === "deployment" ? "platform" : "shop";
    const text = await cluster.kubectl(
      ...["-n", namespace, "get", kind, object, "--ignore-not-found", "-o", "jsonpath={.metadata.creationTimestamp}"],
    );
    return text === "" ? 0 : Date.parse(text);
  };

  it("stop the applications of a cluster on which they do not come up, and of no other", async () => {
    await write();
    // On one cluster nothing can be scheduled.
    await eu.kubectl("cordon", "-l", "kubernetes.io/os=linux");
    const { exitCode, stdout, stderr } = await run("up", "dev", "--yes");
    assert.notEqual(exitCode, 0);
    assert.match(stderr + stdout, /application certs on eu: Deployment\.apps platform\/certs on eu was not healthy/);
    assert.ok((await created(us, "configmap/web")) > 0);
    assert.ok((await created(us, "configmap/edge")) > 0);
    assert.equal(await created(eu, "deployment/dns"), 0);
    assert.equal(await created(eu, "configmap/web"), 0);
    assert.match(stderr + stdout, /^web +waiting +for certs, which is not healthy/m);
  });

  it("come up first, in their order, once they can", async () => {
    await write();
    await eu.kubectl("uncordon", "-l", "kubernetes.io/os=linux");
    const { exitCode, stderr } = await run("up", "dev", "--yes");
    assert.equal(exitCode, 0, stderr);
    for (const cluster of [eu, us]) {
      const times = [
        await created(cluster, "deployment/certs"),
        await created(cluster, "deployment/dns"),
        await created(cluster, "configmap/web"),
      ];
      assert.ok(
        times.every((time, at) => time > 0 && time >= (times[at - 1] ?? 0)),
        times.join(),
      );
    }
    const again = await run("preview", "dev", "--refresh");
    assert.match(again.stdout, /nothing to change/, again.stderr);
  });

  it("may leave the list, or come to it, without a change of any object", async () => {
    await write(document.replace("addons: [dns, certs]\n", ""));
    const off = await run("up", "dev", "--yes");
    assert.equal(off.exitCode, 0, off.stderr);
    await write();
    const on = await run("up", "dev", "--yes");
    assert.equal(on.exitCode, 0, on.stderr);
    assert.doesNotMatch(off.stdout + on.stdout, /[1-9]\d* (created|updated|deleted|replaced)/);
  });

  it("go last", async () => {
    const { exitCode, stderr } = await run("destroy", "dev", "--yes", "--confirm", "Namespace");
    assert.equal(exitCode, 0, stderr);
    const lines = stderr.split("\n").filter((line) => /^\d+\/\d+ {2}delete /.test(line));
    const place = (name: string): number => lines.findIndex((line) => line.endsWith(name));
    assert.ok(place("shop/web") >= 0 && place("shop/web") < place("platform/dns"), lines.join("\n"));
    assert.ok(place("platform/dns") < place("platform/certs"), lines.join("\n"));
  });
});
