import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { startCluster } from "../../toolchain/local-cluster/cluster.ts";
import { stopProgram } from "../../toolchain/local-cluster/process.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { ApiProxy, patchAs } from "../support/api-proxy.ts";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { DriftWatchProcess, rowOf, type HeardLine } from "../support/drift-watch.ts";
import { configMap, deployment } from "../support/sample.ts";
import { testTools } from "../support/toolchain.ts";

const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: before-4711 }\n";
const applications = "applications:\n  web: { tenant: shop, path: web }";

describe("Watching the drift of an environment", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let proxy: ApiProxy;
  let watch: DriftWatchProcess;
  let from = 0;

  before(async () => {
    dev = await DeliveryEnvironment.start("drift-watch");
    await dev.commit({
      "web/deployment.yaml": deployment("web"),
      "web/secret.yaml": secret,
      ...Object.fromEntries(
        ["settings", "gone", "cut", "unlabelled", "fought", "restarted", "quick"].map((name) => [
          `web/${name}.yaml`,
          configMap(name),
        ]),
      ),
    });
    await dev.write(applications);
    await dev.must("up", "dev", "--yes");
    proxy = await ApiProxy.start(dev.cluster);
    watch = await DriftWatchProcess.start(dev.project, { KUBECONFIG: proxy.kubeconfig });
  });
  beforeEach(() => {
    from = watch.lines.length;
  });
  afterEach(function () {
    if (this.currentTest?.state === "failed") console.error(watch.rows(from).join("\n"), watch.errors);
  });
  after(async () => {
    await watch.stop();
    await proxy.close();
    await dev.remove();
  });

  const patch = (object: string, text: string, type = "merge"): Promise<string> =>
    dev.kubectl("patch", object, `--type=${type}`, "-p", text);

  /** Waits for a row, and how long after `began` it came. */
  async function hear(row: string, seconds = 20): Promise<HeardLine> {
    return watch.until((line) => rowOf(line) === row, seconds, from);
  }

  /** Rows of this test, without the end of the fight, which comes after a minute of quiet. */
  function quietly(): readonly string[] {
    return watch.rows(from).filter((row) => row !== "ended ConfigMap fought data.key");
  }

  it("tells what begins to drift and what ends to, each once, with who did it and where it came from", async () => {
    await patch("cm/settings", '{"data":{"key":"2"}}');
    const line = await hear("began ConfigMap settings data.key");
    const { object, difference } = line;
    assert.deepEqual(
      [object?.origin, difference?.old, difference?.new, difference?.managers.map(({ manager }) => manager)],
      ["web/settings.yaml", "1", "2", ["kubectl-patch"]],
    );
    await patch("cm/settings", '{"data":{"key":"3"}}');
    await hear("changed ConfigMap settings data.key");
    await patch("cm/settings", '{"data":{"key":"1"}}');
    await hear("ended ConfigMap settings data.key");
    await dev.kubectl("set", "env", "deploy/web", "ADDED=by-hand");
    await hear("began Deployment.apps web spec.template.spec.containers[name=web].env");
    await dev.kubectl("set", "env", "deploy/web", "ADDED-");
    await hear("ended Deployment.apps web spec.template.spec.containers[name=web].env");
    assert.equal(watch.lines.length - from, 5, watch.rows(from).join("\n"));
  });

  it("tells of a Secret that it has changed, and no value", async () => {
    await patch("secret/token", '{"stringData":{"token":"after-0815"}}');
    await hear("began Secret token data.token");
    await patch("secret/token", '{"stringData":{"token":"before-4711"}}');
    await hear("ended Secret token data.token");
    const text = JSON.stringify(watch.lines);
    for (const value of ["before-4711", "after-0815", "YWZ0ZXItMDgxNQ", "YmVmb3JlLTQ3MTE"]) {
      assert.ok(!text.includes(value), "a value of a Secret is shown");
    }
  });

  it("tells of objects that go, come back, lose the label or come from nowhere", async () => {
    await dev.kubectl("delete", "cm/gone");
    await hear("began ConfigMap gone deleted");
    await dev.kubectl("label", "cm/unlabelled", "app.kubernetes.io/managed-by-");
    await hear('began ConfigMap unlabelled metadata.labels["app.kubernetes.io/managed-by"]');
    // Without the label no list shows it.
    await patch("cm/unlabelled", '{"data":{"key":"2"}}');
    await hear("began ConfigMap unlabelled data.key");
    await dev.kubectl("create", "configmap", "gone");
    const again = await hear("changed ConfigMap gone recreated");
    assert.equal(again.object?.verdict, "recreated");
    for (const [kind, ...args] of [
      ["configmap", "stray"],
      ["secret", "generic", "stray"],
    ]) {
      await dev.kubectl("create", kind ?? "", ...args);
      await dev.kubectl("annotate", `${kind}/stray`, "driftless.dev/environment=dev", "driftless.dev/application=web");
      await dev.kubectl("label", `${kind}/stray`, "app.kubernetes.io/managed-by=driftless");
    }
    await hear("began ConfigMap stray orphan");
    await hear("began Secret stray orphan");
    await dev.kubectl("delete", "cm/stray", "secret/stray");
    await hear("ended ConfigMap stray orphan");
    await hear("ended Secret stray orphan");
  });

  it("says once that two fight over a field", async () => {
    for (const value of ["a", "1", "a", "1", "a", "1", "a", "1"]) {
      await patch("cm/fought", `{"data":{"key":"${value}"}}`);
      await sleep(300);
    }
    const line = await hear("fought-over ConfigMap fought data.key");
    const rows = watch.rows(watch.lines.indexOf(line));
    assert.deepEqual(rows, ["fought-over ConfigMap fought data.key"]);
  });

  it("leaves a run of ours to itself, in another process, and knows what it has brought", async () => {
    await dev.must("up", "dev", "--yes", "--refresh");
    await hear("ended ConfigMap gone recreated", 40);
    from = watch.lines.length;
    await dev.commit({ "web/settings.yaml": configMap("settings", "5"), "web/more.yaml": configMap("more") });
    await dev.write(applications);
    await dev.must("up", "dev", "--yes");
    await sleep(3_000);
    assert.deepEqual(quietly(), []);
    await patch("cm/more", '{"data":{"key":"2"}}');
    await hear("began ConfigMap more data.key");
    await patch("cm/more", '{"data":{"key":"1"}}');
    await patch("cm/settings", '{"data":{"key":"1"}}');
    const line = await hear("began ConfigMap settings data.key");
    assert.equal(line.difference?.old, "5");
  });

  it("loses nothing when the server has forgotten where its watches were", async () => {
    const { watches } = proxy;
    const cut = proxy.expire();
    await patch("cm/settings", '{"data":{"key":"5"}}');
    await dev.kubectl("delete", "cm/cut");
    await hear("ended ConfigMap settings data.key");
    await hear("began ConfigMap cut deleted");
    // Changes are told as soon as their own kind is watched again; the others may still be on their way.
    for (let tries = 0; proxy.watches < watches + cut && tries < 100; tries++) await sleep(100);
    assert.ok(cut > 10 && proxy.watches >= watches + cut, `${proxy.watches - watches} of ${cut}`);
    assert.equal(quietly().length, 2, quietly().join("\n"));
  });

  it("takes a restart of the API server for neither a drift nor the end of one", async () => {
    await stopProgram(dev.cluster.folder, "kube-apiserver", 3_000);
    const lost = await hear("lost eu CLUSTER_UNREACHABLE", 30);
    assert.match(lost.finding?.message ?? "", /^The cluster "eu" cannot be reached/);
    const tools = await testTools(toolGroups.cluster);
    await startCluster({ folder: dev.cluster.folder, name: "drift-watch", tools, progress: () => undefined });
    await hear("back eu CLUSTER_UNREACHABLE", 60);
    await patch("cm/restarted", '{"data":{"key":"7"}}');
    await hear("began ConfigMap restarted data.key");
    await patch("cm/restarted", '{"data":{"key":"1"}}');
    await hear("ended ConfigMap restarted data.key");
    assert.equal(quietly().length, 4, quietly().join("\n"));
  });

  it("goes by a document that was changed meanwhile, and by the last good one while it makes no sense", async () => {
    await dev.write(`${applications}\ndrft: {}`);
    await hear("lost environment CONFIG_INVALID");
    await dev.write(`drift: { ignore: [{ kind: ConfigMap, paths: [/data/key] }] }\n${applications}`);
    await hear("back environment CONFIG_INVALID");
    await patch("cm/restarted", '{"data":{"key":"8"}}');
    await sleep(1_500);
    assert.equal(quietly().length, 2, quietly().join("\n"));
    await dev.write(applications);
    await hear("began ConfigMap restarted data.key");
  });

  it("tells of each of 100 changes, most of them in less than half a second", async () => {
    const times: number[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      const value = String(100 + turn);
      const at = Date.now();
      await patchAs(dev.cluster, "somebody", "/api/v1/namespaces/shop/configmaps/quick", { data: { key: value } });
      const line = await watch.until(({ difference }) => difference?.new === value, 20, from);
      times.push(line.at - at);
    }
    times.sort((left, right) => left - right);
    const [p50 = 0, p99 = 0] = [times[49], times[98]];
    assert.ok(p50 < 500 && p99 < 2_000, times.join(" "));
  });

  it("ends when it is interrupted, with the exit code of the moment and since when things have drifted", async () => {
    assert.equal(await watch.stop(), 2);
    assert.deepEqual([watch.lines.at(-1)?.event, watch.lines.at(-1)?.outcome], ["stopped", "drift"]);
    const { stdout } = await dev.run(["drift", "dev", "--json"]);
    const began = watch.lines.findLast((line) => rowOf(line) === "began ConfigMap cut deleted");
    assert.ok(began?.since !== undefined && stdout.includes(`"since": "${began.since}"`), stdout);
    const other = await DriftWatchProcess.start(dev.project, { KUBECONFIG: proxy.kubeconfig });
    const end = other.hangUp();
    await dev.kubectl("delete", "cm/quick");
    assert.equal(await end, 2, "it goes on although nobody reads it");
    const refused = await dev.codes("drift", "--all", "--watch");
    assert.deepEqual(refused, ["USAGE"]);
  });
});
