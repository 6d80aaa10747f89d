import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { openTestEngine } from "../support/engine.ts";
import { startInjectingWebhook, type InjectingWebhook } from "../support/injecting-webhook.ts";
import { configMap, deployment } from "../support/sample.ts";

/** What `drift --json` prints, as far as these tests read it. */
interface Printed {
  readonly environments: readonly {
    readonly outcome: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly objects: readonly {
      readonly verdict: string;
      readonly owner: string;
      readonly name: string;
      readonly origin: string | null;
      readonly differences: readonly Difference[];
      readonly ignored?: readonly (Difference & { readonly by: string; readonly reason: string })[];
    }[];
    readonly errors: readonly { readonly code: string; readonly objects: readonly string[] }[];
    readonly engine?: {
      readonly compared: boolean;
      readonly disagreements: readonly { readonly resourceName: string; readonly message: string }[];
      readonly changes: readonly {
        readonly action: string;
        readonly name: string;
        readonly fields: readonly { readonly path: string }[];
      }[];
    };
  }[];
}

interface Difference {
  readonly path: string;
  readonly kind: string;
  readonly old?: unknown;
  readonly new?: unknown;
  readonly managers: readonly { readonly manager: string; readonly time: string | null }[];
}

const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
`;
const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: before-4711 }\n";
const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: auto }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: auto }, minReplicas: 1, maxReplicas: 5 }
`;

describe("Drift on a real API server", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let webhook: InjectingWebhook;

  before(async () => {
    dev = await DeliveryEnvironment.start("drift");
    webhook = await startInjectingWebhook(dev.cluster, dev.cluster.folder);
    await dev.commit({
      "web/deployment.yaml": deployment("web"),
      "web/worker.yaml": deployment("worker"),
      "web/service.yaml": `${service}---\n${secret}`,
      ...Object.fromEntries(
        ["settings", "fields", "marked", "gone", "again", "unlabelled", "tuned"].map((name) => [
          `web/${name}.yaml`,
          configMap(name).replace("{ key:", "{ other: x, key:"),
        ]),
      ),
      "auto/deployment.yaml": deployment("auto").replace("spec:\n", "spec:\n  replicas: 1\n"),
      "auto/scaler.yaml": scaler,
      "mesh/deployment.yaml": deployment("mesh").replace("{ name: mesh }", '{ name: mesh, labels: { inject: "yes" } }'),
    });
    await dev.write(`drift:
  ignore:
    - { kind: Namespace, paths: [/metadata/labels/team] }
    - { kind: ConfigMap, name: tun*, jq: [.data.key] }
applications:
  web: { tenant: shop, path: web }
  mesh: { tenant: shop, path: mesh }
applicationSets:
  scaled:
    from: { folders: { path: au* } }
    template:
      name: "{{ folder.name }}"
      tenant: shop
      path: "{{ folder.path }}"
      drift: { ignore: [{ kind: Deployment.apps, paths: [/spec/replicas] }] }`);
  });
  after(async () => {
    await webhook.close();
    await dev.remove();
  });

  async function measure(exitCode: number, env: Readonly<Record<string, string>> = {}) {
    const { stdout, stderr, exitCode: code } = await dev.run(["drift", "dev", "--show-ignored", "--json"], { env });
    assert.equal(code, exitCode, stdout + stderr);
    const [environment] = (JSON.parse(stdout) as Printed).environments;
    assert.ok(environment !== undefined);
    const objects = environment.objects.filter(({ verdict }) => verdict !== "unchanged");
    const rows = objects.flatMap(({ verdict, name, differences }) => [
      ...(verdict === "drifted" ? [] : [`${name} ${verdict}`]),
      // One that was made anew differs in whatever its maker left out.
      ...(verdict === "recreated" ? [] : differences).map(({ kind, path, managers }) =>
        [name, kind, path, managers.map(({ manager }) => manager).join("+")].join(" ").trim(),
      ),
    ]);
    return { ...environment, rows: rows.sort(), text: stdout };
  }

  it("cannot be told before the first update", async () => {
    const { outcome, errors } = await measure(1);
    assert.deepEqual([outcome, errors.map(({ code }) => code)], ["error", ["BASELINE_MISSING"]]);
  });

  it("is none after an update, whatever defaults, controllers and an injecting webhook have added", async () => {
    await webhook.untilCalled();
    await dev.must("up", "dev", "--yes");
    const containers = await dev.kubectl(
      "get",
      "deploy/mesh",
      "-o",
      "jsonpath={.spec.template.spec.containers[*].name}",
    );
    assert.equal(containers, "web proxy");
    const { rows, counts } = await measure(0);
    assert.deepEqual([rows, counts["unchanged"]], [[], 20]);
  });

  it("is found whatever its form, with who did it, and nothing else is", async () => {
    await change();
    const { rows, counts, objects, text } = await measure(2);
    assert.deepEqual(
      rows,
      [
        "again recreated",
        "fields removed data.other",
        "gone deleted",
        "marked added metadata.annotations.note kubectl-annotate",
        "marked added metadata.labels.team kubectl-label",
        "settings changed data.key kubectl-patch",
        "stray orphan",
        "token changed data.token kubectl-patch",
        'unlabelled removed metadata.labels["app.kubernetes.io/managed-by"]',
        "web added spec.ports[name=more] kubectl-patch",
        "web changed spec.template.spec.containers[name=web].image kubectl-set",
        "worker added spec.template.spec.containers[name=web].env kubectl-set",
        "worker changed spec.replicas",
      ].sort(),
    );
    assert.equal(counts["unknown"], 0);
    const image = objects.flatMap(({ differences }) => differences).find(({ path }) => path.endsWith("image"));
    assert.equal(image?.old, "registry.example.com/web:1.0.0");
    assert.equal(image?.new, "registry.example.com/web:by-hand");
    assert.match(image?.managers[0]?.time ?? "", /^\d{4}-\d\d-\d\dT/);
    assert.equal(objects.find(({ name }) => name === "settings")?.origin, "web/settings.yaml");
    for (const value of ["before-4711", "after-0815", "YWZ0ZXItMDgxNQ", "YmVmb3JlLTQ3MTE"]) {
      assert.ok(!text.includes(value), "a value of a Secret is shown");
    }
    assert.deepEqual(ignoredOf(objects), [
      "auto spec.replicas: /spec/replicas",
      "shop metadata.labels.team: /metadata/labels/team",
      "tuned data.key: .data.key",
    ]);
  });

  it("is told to people by application, and as a comment", async () => {
    const text = await dev.run(["drift", "dev"]);
    assert.match(text.stdout, /^web\n/m);
    assert.match(
      text.stdout,
      /containers\[name=web\]\.image: registry\.example\.com\/web:1\.0\.0 → registry\.example\.com\/web:by-hand {2}by kubectl-set at /,
    );
    assert.match(
      text.stdout,
      /\ndev: 1 deleted, 1 recreated, 8 drifted, 1 unknown to the state, 10 as last applied\n$/,
    );
    const comment = await dev.run(["drift", "--all", "--markdown"]);
    assert.equal(comment.exitCode, 2);
    assert.match(comment.stdout, /^<!-- driftless: drift -->\n### ⚠️ Drift of `dev`/);
  });

  it("is told to code scanning and to test views", async () => {
    const sarif = await dev.run(["drift", "dev", "--sarif"]);
    assert.equal(sarif.exitCode, 2);
    for (const part of [
      '"ruleId": "drift-object-deleted"',
      '"uri": "web/settings.yaml"',
      // The second document of its file.
      '"startLine": 6',
      "data.key: 1 → 2, by kubectl",
    ]) {
      assert.ok(sarif.stdout.includes(part), sarif.stdout);
    }
    const junit = await dev.run(["drift", "--all", "--junit"]);
    assert.match(junit.stdout, /<testsuite name="driftless drift dev" tests="21" failures="11" errors="0"/);
  });

  it("is seen by the engine too, as far as it can see it, and the two agree", async () => {
    const { exitCode, stdout, stderr } = await dev.run(["drift", "dev", "--engine", "--json"]);
    assert.equal(exitCode, 2, stdout + stderr);
    const { engine, errors } = (JSON.parse(stdout) as Printed).environments[0] ?? {};
    assert.deepEqual([engine?.compared, engine?.disagreements, errors], [true, [], []]);
    const seen = engine?.changes.map(({ action, name, fields }) =>
      [action, name, ...fields.map(({ path }) => path)].join(" "),
    );
    assert.ok(seen?.includes("create gone") === true, stdout);
    assert.ok(seen.includes("update settings data.key"), stdout);
    assert.ok(!seen.some((row) => /tuned|auto/.test(row)), "what is ignored would be set");
  });

  it("is an error where an identity may not read, and what it may read is still reported", async () => {
    const { rows, errors, counts, outcome } = await measure(1, { KUBECONFIG: await weakKubeconfig() });
    assert.equal(outcome, "error");
    assert.deepEqual([...new Set(errors.map(({ code }) => code))], ["READ_DENIED"]);
    assert.ok(
      rows.includes("gone deleted") && rows.includes("settings changed data.key kubectl-patch"),
      rows.join("\n"),
    );
    assert.ok(!rows.some((row) => row.startsWith("worker") || row.startsWith("token")), rows.join("\n"));
    assert.ok((counts["unknown"] ?? 0) > 5);
  });

  it("is an error where the cluster does not answer: nothing is deleted, and nothing unchanged", async () => {
    const config = (await dev.cluster.kubectl("config", "view", "--raw", "-o", "json")).replace(
      /127\.0\.0\.1:\d+/g,
      "127.0.0.1:9",
    );
    const file = join(dev.cluster.folder, "gone.json");
    await writeFile(file, config);
    const { rows, errors, counts } = await measure(1, { KUBECONFIG: file });
    assert.deepEqual([rows, errors.map(({ code }) => code)], [[], ["CLUSTER_UNREACHABLE"]]);
    assert.deepEqual([counts["unknown"], counts["unchanged"], counts["deleted"]], [20, 0, 0]);
  });

  it("stays drift after an update that did not decide about it", async () => {
    await dev.must("up", "dev", "--yes", "--refresh");
    const { rows } = await measure(2);
    const left = await dev.kubectl("get", "deploy/auto", "cm/tuned", "-o", "jsonpath={..spec.replicas} {..data.key}");
    assert.equal(left, "3 7", "an update sets what is ignored");
    assert.deepEqual(
      rows,
      [
        "marked added metadata.annotations.note kubectl-annotate",
        "marked added metadata.labels.team kubectl-label",
        "web added spec.ports[name=more] kubectl-patch",
        "stray orphan",
        "worker added spec.template.spec.containers[name=web].env kubectl-set",
        "worker changed spec.replicas",
      ].sort(),
    );
  });

  it("is not known without a baseline, until an update has made up for it", async () => {
    const engine = await openTestEngine(dev.project, dev.cluster.kubeconfig);
    await engine.keepBaseline({ baseline: "" });
    const { errors, counts } = await measure(1);
    assert.deepEqual([errors.map(({ code }) => code), counts["unchanged"]], [["BASELINE_MISSING"], 0]);
    await dev.must("up", "dev", "--yes");
    assert.equal((await measure(2)).counts["unknown"], 0);
  });

  function ignoredOf(objects: Printed["environments"][number]["objects"]): readonly string[] {
    return objects
      .flatMap(({ name, ignored = [] }) =>
        ignored.filter(({ by }) => by === "rule").map(({ path, reason }) => `${name} ${path}: ${reason}`),
      )
      .sort();
  }

  async function change(): Promise<void> {
    const patch = (object: string, text: string, type = "merge") =>
      dev.kubectl("patch", object, `--type=${type}`, "-p", text);
    await dev.kubectl("set", "image", "deploy/web", "web=registry.example.com/web:by-hand");
    await dev.kubectl("set", "env", "deploy/worker", "ADDED=by-hand");
    await dev.kubectl("scale", "deploy/worker", "deploy/auto", "--replicas=3");
    await patch("cm/settings", '{"data":{"key":"2"}}');
    await dev.kubectl("label", "cm/marked", "team=a");
    await dev.kubectl("annotate", "cm/marked", "note=b");
    await patch("cm/fields", '[{"op":"remove","path":"/data/other"}]', "json");
    await patch("svc/web", '{"spec":{"ports":[{"name":"http","port":80},{"name":"more","port":81}]}}', "strategic");
    await patch("cm/tuned", '{"data":{"key":"7"}}');
    await dev.kubectl("label", "namespace/shop", "team=a");
    await dev.kubectl("delete", "cm/gone", "cm/again");
    await dev.kubectl("create", "configmap", "again", "--from-literal=key=1");
    await dev.kubectl("create", "configmap", "stray");
    await dev.kubectl("label", "cm/stray", "app.kubernetes.io/managed-by=driftless");
    await dev.kubectl("annotate", "cm/stray", "driftless.dev/environment=dev", "driftless.dev/application=web");
    await dev.kubectl("label", "cm/unlabelled", "app.kubernetes.io/managed-by-");
    await patch("secret/token", '{"stringData":{"token":"after-0815"}}');
    await dev.kubectl("rollout", "status", "deploy/worker", "--timeout=60s");
  }

  /** An identity that may read ConfigMaps in the namespace, and nothing else. */
  async function weakKubeconfig(): Promise<string> {
    await dev.kubectl("create", "serviceaccount", "weak");
    await dev.kubectl("create", "role", "weak", "--verb=get,list", "--resource=configmaps");
    await dev.kubectl("create", "rolebinding", "weak", "--role=weak", "--serviceaccount=shop:weak");
    // Without it nothing that the cluster says is believed: it could be another one.
    await dev.kubectl("create", "clusterrole", "which", "--verb=get", "--resource=ns", "--resource-name=kube-system");
    await dev.kubectl("create", "clusterrolebinding", "which", "--clusterrole=which", "--serviceaccount=shop:weak");
    const token = await dev.kubectl("create", "token", "weak");
    const config = await dev.cluster.kubectl("config", "view", "--raw", "-o", "json");
    const { users, ...rest } = JSON.parse(config) as { readonly users: readonly { readonly name: string }[] };
    const file = join(dev.cluster.folder, "weak.json");
    await writeFile(file, JSON.stringify({ ...rest, users: users.map(({ name }) => ({ name, user: { token } })) }));
    return file;
  }
});
