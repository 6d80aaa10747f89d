import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { stopProgram } from "../../toolchain/local-cluster/process.ts";
import { custom, definition, hook, many, playing, rules, webhook } from "../support/fault-manifests.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { configMap, deployment } from "../support/sample.ts";
import { Scene } from "../support/scene.ts";

describe("A delivery that meets a fault says so, and the next run converges", function () {
  this.timeout(600_000);
  let cluster: TestCluster;
  const scenes: Scene[] = [];

  before(async () => {
    cluster = await startTestCluster("delivery-faults");
  });
  after(async () => {
    await Promise.all(scenes.map((scene) => scene.remove()));
    await cluster.remove();
  });

  async function open(name: string): Promise<Scene> {
    const scene = await Scene.open(name, cluster);
    scenes.push(scene);
    return scene;
  }

  async function apply(text: string): Promise<void> {
    const file = join(cluster.folder, "applied.yaml");
    await writeFile(file, text);
    await cluster.kubectl("apply", "-f", file);
  }

  /** What is applied counts only a moment later. */
  async function settle(scene: Scene, refused: boolean): Promise<void> {
    for (let look = 0; look < 100; look += 1) {
      const probe = scene.kubectl("create", "configmap", "probe", "--from-literal=key=bad", "--dry-run=server");
      const denied = await probe.then(
        () => false,
        () => true,
      );
      if (denied === refused) return;
      await sleep(200);
    }
    assert.fail("the rule never came into effect");
  }

  async function restart(): Promise<void> {
    await stopProgram(cluster.folder, "kube-apiserver", 0);
    await sleep(1_000);
    await cluster.start();
  }

  /** The garbage collector comes back some time after the API server, and only it ends a foreground deletion. */
  async function collectorBack(): Promise<void> {
    await cluster.kubectl("create", "configmap", "collected");
    await cluster.kubectl("delete", "configmap", "collected", "--cascade=foreground", "--timeout=120s");
  }

  it("dependencies in a circle and on nothing touch nothing, whatever is asked for", async () => {
    const scene = await open("circle");
    const files = { "one/a.yaml": configMap("one"), "two/a.yaml": configMap("two") };
    await scene.pin(files, { applications: { one: "dependsOn: [two]", two: "dependsOn: [one]" } });
    const commands = [["validate"], ["plan"], ["preview"], ["up", "--yes"]] as const;
    for (const [command, ...options] of commands) {
      const { stderr } = await scene.run(command, 1, ...options);
      assert.match(
        stderr,
        /^environments\/circle\.yaml:\d+:\d+ \(applications\.one\.dependsOn\[0\]\): DEPENDENCY_CYCLE /,
      );
      assert.match(stderr, /one → two → one\.\n {2}fix: /);
    }
    await scene.pin({}, { applications: { one: "dependsOn: [tow]", two: "" } });
    for (const [command, ...options] of commands) {
      const { stderr } = await scene.run(command, 1, ...options);
      assert.match(stderr, /CONFIG_INVALID There is no application "tow"\.\n {2}fix: Did you mean "two"\?/);
    }
    assert.equal(await cluster.kubectl("get", "namespace", "circle", "--ignore-not-found"), "");
    await scene.pin({}, { applications: { one: "dependsOn: [two]", two: "" } });
    await scene.up();
    assert.deepEqual(await scene.names("configmaps"), ["one", "two"]);
  });

  it("what a policy of the cluster denies is refused before anything is touched, with its place", async () => {
    const scene = await open("denied");
    const applications = { one: "", two: "dependsOn: [one]", three: "" };
    const files = {
      "one/a.yaml": configMap("one"),
      "two/a.yaml": configMap("two"),
      "three/a.yaml": configMap("three"),
    };
    await scene.pin(files, { applications });
    await scene.up();
    await apply(rules(scene.name));
    await settle(scene, true);
    const changed = {
      "one/a.yaml": `${configMap("zero")}---\n${configMap("one", "bad")}`,
      "three/a.yaml": many("three", 2),
    };
    await scene.pin(changed, { applications });
    for (const command of ["preview", "up"]) {
      const { stderr } = await scene.run(command, 1, ...(command === "up" ? ["--yes"] : []));
      assert.match(
        stderr,
        /^one\/a\.yaml:6: OBJECT_REFUSED ConfigMap denied\/one on eu: its cluster refuses it: ValidatingAdmissionPolicy 'rules' with binding 'rules' denied request: the key must not be bad\.\n {2}fix: /m,
      );
      assert.equal(stderr.match(/must not be bad/g)?.length, 1, stderr);
    }
    assert.deepEqual(await scene.names("configmaps"), ["one", "three", "two"]);
    await scene.pin({ "one/a.yaml": configMap("one", "good") }, { applications });
    await scene.up();
    assert.deepEqual(await scene.names("configmaps"), ["one", "three-0", "three-1", "two"]);
    await cluster.kubectl("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "rules");
  });

  it("a webhook that is down is named, and something to wait for", async () => {
    const scene = await open("webhook");
    await scene.pin({ "one/a.yaml": configMap("one") }, { applications: { one: "" } });
    await scene.up();
    await apply(webhook(scene.name));
    await settle(scene, true);
    await scene.pin({ "one/a.yaml": configMap("one", "2") }, { applications: { one: "" } });
    const { stderr } = await scene.up(3);
    assert.match(
      stderr,
      /^one\/a\.yaml:1: WEBHOOK_FAILED ConfigMap webhook\/one on eu: .*"down\.example\.com".*refused\.$/m,
    );
    await cluster.kubectl("delete", "validatingwebhookconfiguration", "down");
    await settle(scene, false);
    await scene.up();
    await scene.converged();
  });

  it("what is over a quota fails alone; the others go on, and the rest follows when there is room", async () => {
    const scene = await open("quota");
    const applications = { one: "", two: "dependsOn: [one]", three: "" };
    await scene.pin({ "three/a.yaml": configMap("three") }, { applications: { three: "" } });
    await scene.up();
    // One is that of the cluster itself.
    await scene.kubectl("create", "quota", "few", "--hard=count/configmaps=4");
    await sleep(1_000);
    const files = {
      "one/a.yaml": many("one", 3),
      "two/a.yaml": configMap("two"),
      "three/a.yaml": configMap("three", "2"),
    };
    await scene.pin(files, { applications });
    const { stdout, stderr } = await scene.up(1);
    assert.match(stderr, /^one\/a\.yaml:\d+: OBJECT_REFUSED ConfigMap quota\/one-\d on eu: .*exceeded quota: few/m);
    assert.match(stdout, /^one +failed +OBJECT_REFUSED$/m);
    assert.match(stdout, /^two +waiting +for one, which failed$/m);
    assert.equal(await scene.kubectl("get", "configmap", "three", "-o", "jsonpath={.data.key}"), "2");
    await scene.kubectl("delete", "quota", "few");
    await scene.up();
    await scene.converged();
  });

  it("a kind that nobody serves is a warning first, then fails alone; once it is served, the next run creates it", async () => {
    const scene = await open("kind");
    const applications = { one: "", two: "dependsOn: [one]", three: "" };
    const files = { "one/a.yaml": custom("Gizmo"), "two/a.yaml": configMap("two"), "three/a.yaml": configMap("three") };
    await scene.pin(files, { applications, allow: "namespacedKinds: [Gizmo.example.com]" });
    const { stdout, stderr } = await scene.up(1);
    assert.match(
      stderr,
      /^one\/a\.yaml:1: warning KIND_UNKNOWN The cluster "eu" does not serve the kind Gizmo of example\.com\/v1/m,
    );
    assert.match(
      stderr,
      /^one\/a\.yaml:1: KIND_UNKNOWN Gizmo\.example\.com kind\/first on eu: .*\n {2}fix: Install what brings/m,
    );
    assert.match(stdout, /^two +waiting +for one, which failed$/m);
    assert.deepEqual(await scene.names("configmaps"), ["three"]);
    await apply(definition("Gizmo", "gizmos"));
    await cluster.kubectl("wait", "--for=condition=Established", "crd/gizmos.example.com");
    const again = await scene.up();
    assert.doesNotMatch(again.stderr, /KIND_UNKNOWN/);
    assert.deepEqual(await scene.names("configmaps,gizmos"), ["three", "two", "first"]);
  });

  it("a kind that another application defines can be previewed where neither is there yet", async () => {
    const scene = await open("defined");
    const allow =
      "clusterKinds: [CustomResourceDefinition.apiextensions.k8s.io], namespacedKinds: [Sprocket.example.com]";
    const files = { "kinds/a.yaml": definition("Sprocket", "sprockets"), "one/a.yaml": custom("Sprocket") };
    await scene.pin(files, { applications: { kinds: "", one: "dependsOn: [kinds]" }, allow });
    const { stderr, stdout } = await scene.run("preview", 0);
    assert.doesNotMatch(stderr, /KIND_UNKNOWN/);
    assert.match(stdout, /\+ Sprocket\.example\.com defined\/first$/m);
    await scene.up();
    assert.deepEqual(await scene.names("sprockets"), ["first"]);
  });

  it("an image that never comes ends with the time for health, and what depends on it waits", async () => {
    const scene = await open("image");
    const applications = { one: "", two: "dependsOn: [one]", three: "" };
    const files = {
      "one/a.yaml": playing("test.driftless.dev/play: image-pull"),
      "two/a.yaml": configMap("two"),
      "three/a.yaml": configMap("three"),
    };
    await scene.pin(files, { applications });
    const { stdout, stderr } = await scene.up(1);
    assert.match(
      stderr,
      /^one\/a\.yaml:1: (?:HEALTH_TIMEOUT|UNHEALTHY) application one: .*ImagePullBackOff.*Back-off pulling image/m,
    );
    assert.match(stdout, /^two +waiting +for one, which is not healthy$/m);
    assert.deepEqual(await scene.names("configmaps"), ["three"]);
    await scene.pin({ "one/a.yaml": deployment("web") }, { applications });
    await scene.up();
    assert.deepEqual(await scene.names("configmaps"), ["three", "two"]);
  });

  it("a hook that never ends is given up in time, and one that was mended takes its place", async () => {
    const scene = await open("hook");
    const applications = { one: "", two: "dependsOn: [one]", three: "" };
    const files = {
      "one/a.yaml": `${hook("hang")}---\n${configMap("one")}`,
      "two/a.yaml": configMap("two"),
      "three/a.yaml": configMap("three"),
    };
    await scene.pin(files, { applications });
    const { stdout, stderr } = await scene.up(1);
    assert.match(stderr, /^one\/a\.yaml:1: HOOK_FAILED .*Job\.batch hook\/migrate on eu/m);
    assert.match(stdout, /^two +waiting +for one, which failed$/m);
    assert.deepEqual(await scene.names("configmaps"), ["three"]);
    await scene.pin({ "one/a.yaml": `${hook("late")}---\n${configMap("one")}` }, { applications });
    await scene.up();
    assert.deepEqual(await scene.names("configmaps"), ["one", "three", "two"]);
  });

  it("a finalizer that holds a deleted object is named, and what is held is gone once it is removed", async () => {
    const scene = await open("held");
    const applications = { one: "", two: "" };
    await scene.pin({ "one/a.yaml": many("one", 2), "two/a.yaml": configMap("two") }, { applications });
    await scene.up();
    const finalizers = (value: string): Promise<string> =>
      scene.kubectl("patch", "configmap", "one-1", "--type=merge", "-p", `{"metadata":{"finalizers":${value}}}`);
    await finalizers('["example.com/held"]');
    await scene.pin({ "one/a.yaml": many("one", 1), "two/a.yaml": many("two", 1) }, { applications });
    const { stdout, stderr } = await scene.up(1);
    assert.match(
      stderr,
      /^DELETION_TIMEOUT ConfigMap held\/one-1 on eu is still there after its deletion: it waits for its finalizers \(example\.com\/held\)\.\n {2}fix: /m,
    );
    assert.match(stdout, /^one +failed +DELETION_TIMEOUT$/m);
    assert.deepEqual(await scene.names("configmaps"), ["one-0", "one-1", "two-0"]);
    await finalizers("null");
    await scene.up();
    assert.deepEqual(await scene.names("configmaps"), ["one-0", "two-0"]);
    await scene.converged();
  });

  it("an API server that goes away while something is waited for is waited for too", async () => {
    const scene = await open("restart");
    const applications = { one: "health: { timeout: 90s }", two: "dependsOn: [one]" };
    const late = playing('test.driftless.dev/play: late, test.driftless.dev/delay: "15s"');
    await scene.pin({ "one/a.yaml": late, "two/a.yaml": configMap("two") }, { applications });
    const waiting = scene.up();
    await scene.until("deployments", "web");
    await restart();
    await waiting;
    assert.deepEqual(await scene.names("configmaps"), ["two"]);
  });

  it("an API server that goes away while objects are created is told once, and the next run creates the rest", async () => {
    const scene = await open("gone");
    await scene.pin({ "one/a.yaml": configMap("zero"), "two/a.yaml": many("two", 80) }, { applications: { one: "" } });
    await scene.up();
    await scene.pin({ "one/a.yaml": many("one", 80) }, { applications: { one: "", two: "" } });
    const creating = scene.up(1);
    while ((await scene.names("configmaps")).length < 2) await sleep(50);
    await restart();
    const { stderr, stdout } = await creating;
    assert.equal(stderr.match(/CLUSTER_UNREACHABLE The cluster "eu" stopped answering/g)?.length, 1, stderr);
    assert.doesNotMatch(stderr, /UPDATE_FAILED/);
    assert.match(stdout, /^one +failed +CLUSTER_UNREACHABLE$/m);
    await collectorBack();
    await scene.up();
    await scene.converged();
  });
});
