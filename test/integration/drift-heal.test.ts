import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import type { CommandOptions } from "../support/command-line.ts";
import { DriftWatchProcess, rowOf } from "../support/drift-watch.ts";
import { configMap, deployment } from "../support/sample.ts";

/** What `--heal --json` prints, as far as these tests read it. */
interface Printed {
  readonly environments: readonly {
    readonly outcome: string;
    readonly objects: readonly { readonly verdict: string; readonly name: string }[];
    readonly errors: readonly { readonly code: string }[];
    readonly heal: {
      readonly healed: readonly { readonly name: string; readonly verdict: string }[];
      readonly left: readonly { readonly name: string; readonly reason: string; readonly code: string | null }[];
      readonly errors: readonly { readonly code: string }[];
    };
  }[];
}

const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
`;
const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: before-4711 }\n";
const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: smoke, annotations: { driftless.dev/hook: post-deploy } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: job, image: "registry.example.com/job:1.0.0", resources: { limits: { cpu: 100m, memory: 64Mi } } }
`;
const early = configMap("early").replace(
  "{ name: early }",
  '{ name: early, annotations: { driftless.dev/wave: "-1" } }',
);

describe("Healing on a real API server", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;

  before(async () => {
    dev = await DeliveryEnvironment.start("heal");
    await dev.commit({
      "web/deployment.yaml": deployment("web"),
      "web/worker.yaml": deployment("worker"),
      "web/service.yaml": service,
      "web/secret.yaml": secret,
      "web/hook.yaml": hook,
      "web/early.yaml": early,
      ...Object.fromEntries(
        ["settings", "fields", "marked", "gone", "again", "held", "tuned"].map((name) => [
          `web/${name}.yaml`,
          configMap(name).replace("{ key:", "{ other: x, key:"),
        ]),
      ),
      "quiet/quiet.yaml": configMap("quiet"),
      "never/never.yaml": configMap("never"),
      "strict/strict.yaml": deployment("strict"),
    });
    await document();
    await dev.must("up", "dev", "--yes");
  });
  after(async () => {
    await dev.remove();
  });

  /** A window of one minute on a leap day: what is not tested here is hardly ever frozen. */
  const minuteAt = (time: string): string => `{ cron: "${time} 29 2 *", duration: 1m, timezone: Etc/UTC }`;

  /** The document; `more` are further fields of it. */
  function document(more = ""): Promise<void> {
    return dev.write(`applications:
  web:
    tenant: shop
    path: web
    drift: { heal: auto, ignore: [{ kind: ConfigMap, name: tuned, paths: [/data/key] }] }
  quiet: { tenant: shop, path: quiet }
  never: { tenant: shop, path: never, drift: { heal: "off" } }
  strict: { tenant: shop, path: strict, drift: { heal: auto, healLimit: { times: 50, per: 1h } }, safety: { freeze: [${minuteAt("0 0")}] } }
safety: { freeze: [${minuteAt("0 12")}] }
${more}`);
  }

  async function heal(exitCode: number, args = ["drift", "dev", "--heal"], options: CommandOptions = {}) {
    const { stdout, stderr, exitCode: code } = await dev.run([...args, "--json"], options);
    assert.equal(code, exitCode, stdout + stderr);
    const [environment] = (JSON.parse(stdout) as Printed).environments;
    assert.ok(environment !== undefined);
    const { healed, left, errors } = environment.heal;
    return {
      ...environment,
      healed: healed.map(({ verdict, name }) => `${name} ${verdict}`).sort(),
      left: left.map(({ name, reason, code: why }) => [name, reason, why ?? ""].join(" ").trim()).sort(),
      codes: errors.map(({ code: each }) => each),
      text: stdout + stderr,
    };
  }

  function patch(object: string, text: string, type = "merge", manager = "by-hand"): Promise<string> {
    return dev.kubectl("patch", object, `--type=${type}`, "-p", text, `--field-manager=${manager}`);
  }

  function field(object: string, path: string): Promise<string> {
    return dev.kubectl("get", object, "-o", `jsonpath=${path}`);
  }

  async function orphan(name: string, manager: string): Promise<void> {
    const file = join(dev.cluster.folder, `${name}.yaml`);
    const owner = "driftless.dev/environment: dev, driftless.dev/application: web";
    const labels = "labels: { app.kubernetes.io/managed-by: driftless }";
    await writeFile(
      file,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, ${labels}, annotations: { ${owner} } }\n`,
    );
    await dev.kubectl("apply", "--server-side", `--field-manager=${manager}`, "-f", file);
  }

  it("puts back a drift of each kind, and nothing of what it was not told to", async () => {
    const job = await field("job/smoke", "{.metadata.uid}");
    await drift();
    const { healed, left, objects, codes, text } = await heal(2);
    assert.deepEqual(healed, [
      "again recreated",
      "early deleted",
      "fields drifted",
      "gone deleted",
      "held drifted",
      "made orphan",
      "marked drifted",
      "settings drifted",
      "token drifted",
      "web drifted",
      "web drifted",
      "worker drifted",
    ]);
    assert.deepEqual(left, ["never off", "quiet report", "stray stranger"]);
    assert.deepEqual(objects.map(({ name, verdict }) => `${name} ${verdict}`).sort(), [
      "never drifted",
      "quiet drifted",
      "stray orphan",
    ]);
    assert.deepEqual(codes, []);
    const values = await dev.kubectl(
      "get",
      "cm/settings",
      "cm/fields",
      "cm/gone",
      "cm/again",
      "cm/held",
      "-o",
      "jsonpath={.items[*].data}",
    );
    assert.equal(values, Array.from({ length: 5 }, () => '{"key":"1","other":"x"}').join(" "));
    assert.equal(await field("cm/marked", "{.metadata.labels.team}{.metadata.annotations.note}"), "");
    assert.equal(await field("deploy/web", "{..image}"), "registry.example.com/web:1.0.0");
    assert.equal(await field("deploy/worker", "{..env}{.spec.revisionHistoryLimit}"), "10");
    assert.equal(await field("svc/web", "{.spec.ports[*].port}"), "80");
    assert.equal(await field("cm/tuned", "{.data.key}"), "7", "what is ignored was set");
    assert.equal(Buffer.from(await field("secret/token", "{.data.token}"), "base64").toString(), "before-4711");
    assert.equal(await field("secret/token", "{.data.more}"), "");
    assert.equal(await dev.exists("cm/made"), false, "what Driftless made and does not know any more is still there");
    assert.equal(await field("job/smoke", "{.metadata.uid}"), job, "a hook ran");
    for (const value of ["before-4711", "after-0815", "YWZ0ZXItMDgxNQ", "YmVmb3JlLTQ3MTE"]) {
      assert.ok(!text.includes(value), "a value of a Secret is shown");
    }
    await dev.kubectl("delete", "cm/stray");
  });

  it("leaves nothing that the next update would change, and our fields ours", async () => {
    const preview = await dev.json("preview", "dev", "--refresh");
    assert.deepEqual(
      preview.changes?.filter(({ name }) => name !== "quiet" && name !== "never"),
      [],
    );
    const managers = await dev.kubectl("get", "cm/held", "-o", "json", "--show-managed-fields");
    const { metadata } = JSON.parse(managers) as { readonly metadata: { readonly managedFields: readonly Entry[] } };
    const owners = metadata.managedFields.filter(({ fieldsV1 }) => fieldsV1["f:data"]?.["f:key"] !== undefined);
    assert.deepEqual(
      owners.map(({ manager, operation }) => `${manager} ${operation}`),
      ["driftless Apply"],
    );
  });

  it("heals the rest when a person asks for it, but never what is off", async () => {
    const { healed, left } = await heal(2, ["up", "dev", "--heal", "--yes"]);
    assert.deepEqual([healed, left], [["quiet drifted"], ["never off"]]);
    assert.deepEqual((await heal(2)).left, ["never off"]);
    await patch("cm/never", '{"data":{"key":"1"}}');
    assert.equal((await heal(0)).outcome, "none");
  });

  it("does not join a fight: it reports what drifts again and again", async () => {
    for (let round = 1; round <= 2; round += 1) {
      await patch("cm/settings", `{"data":{"key":"${round}0"}}`, "merge", "robot");
      assert.deepEqual((await heal(0)).healed.length, 1);
    }
    await patch("cm/settings", '{"data":{"key":"30"}}', "merge", "robot");
    await patch("cm/fields", '{"data":{"key":"5"}}');
    const { healed, left, objects } = await heal(2);
    assert.deepEqual([healed, left], [["fields drifted"], ["settings limit"]]);
    assert.deepEqual(
      objects.map(({ verdict }) => verdict),
      ["fought-over"],
    );
    assert.equal(await field("cm/settings", "{.data.key}"), "30");
    await patch("cm/settings", '{"data":{"key":"1"}}', "merge", "robot");
  });

  it("goes on beside a watch: what begins to drift is put back, one run at a time, and what fights is left", async () => {
    const watch = await DriftWatchProcess.start(dev.project, { KUBECONFIG: dev.cluster.kubeconfig }, [
      ...["drift", "dev", "--watch", "--heal", "--json"],
    ]);
    try {
      await dev.kubectl("label", "cm/marked", "team=a");
      await dev.kubectl("delete", "cm/early");
      const rows = ["healed ConfigMap marked drifted", "healed ConfigMap early deleted"];
      for (const row of rows) await watch.until((line) => rowOf(line) === row, 120);
      await watch.until((line) => line.event === "ended" && line.object?.name === "early", 60);
      assert.equal(await field("cm/marked", "{.metadata.labels.team}"), "");
      await patch("cm/settings", '{"data":{"key":"40"}}', "merge", "robot");
      await watch.until((line) => rowOf(line) === "left ConfigMap settings fought-over", 60);
      await patch("cm/settings", '{"data":{"key":"1"}}', "merge", "robot");
      await watch.until((line) => line.event === "ended" && line.object?.name === "settings", 60);
    } finally {
      assert.equal(await watch.stop(), 0, watch.errors);
    }
  });

  it("leaves out an application where it would take a deletion, and heals the rest", async () => {
    const other = "strict-by-hand";
    await dev.kubectl("delete", "deploy/strict");
    const file = join(dev.cluster.folder, "strict.yaml");
    await writeFile(file, deployment("strict").replaceAll("app: strict", `app: ${other}`));
    await dev.kubectl("create", "-f", file);
    await patch("cm/gone", '{"data":{"key":"5"}}');
    const { healed, left, codes } = await heal(1);
    assert.deepEqual([healed, left, codes], [["gone drifted"], ["strict error IMMUTABLE_FIELD"], ["IMMUTABLE_FIELD"]]);
    await dev.kubectl("delete", "deploy/strict");
    assert.deepEqual((await heal(0)).healed, ["strict deleted"]);
  });

  it("leaves out an application that is frozen, and heals the rest", async () => {
    await patch("cm/held", '{"data":{"key":"8"}}');
    await dev.kubectl("set", "image", "deploy/strict", "web=registry.example.com/web:by-hand");
    const midnight = { now: () => new Date("2028-02-29T00:00:30Z") };
    const { healed, left, codes } = await heal(1, undefined, { io: midnight });
    assert.deepEqual(healed, ["held drifted"]);
    assert.ok(left.includes("strict error POLICY_VIOLATION"), left.join("\n"));
    assert.deepEqual(codes, ["POLICY_VIOLATION"]);
    assert.deepEqual((await heal(0)).healed, ["strict drifted"]);
  });

  it("is stopped by a freeze window, by a policy that has changed, and by another pin: nothing is touched", async () => {
    await patch("cm/held", '{"data":{"key":"9"}}');
    const noon = { now: () => new Date("2028-02-29T12:00:30Z") };
    const frozen = (await heal(1, undefined, { io: noon })).codes;
    await document("policy: { config: { replicas-minimum: { enforcementLevel: mandatory } } }");
    const forbidden = (await heal(1)).codes;
    await document();
    await dev.commit({ "web/held.yaml": configMap("held", "new") });
    await document();
    const newer = (await heal(1)).codes;
    assert.deepEqual([frozen, forbidden, newer], [["POLICY_VIOLATION"], ["PLAN_STALE"], ["PLAN_STALE"]]);
    assert.equal(await field("cm/held", "{.data.key}"), "9");
  });

  it("is refused where the cluster does not answer", async () => {
    const config = (await dev.cluster.kubectl("config", "view", "--raw", "-o", "json")).replace(
      /127\.0\.0\.1:\d+/g,
      "127.0.0.1:9",
    );
    const file = join(dev.cluster.folder, "gone.json");
    await writeFile(file, config);
    const { healed, errors } = await heal(1, undefined, { env: { KUBECONFIG: file } });
    assert.deepEqual([healed, errors.map(({ code }) => code)], [[], ["CLUSTER_UNREACHABLE"]]);
  });

  async function drift(): Promise<void> {
    await dev.kubectl("set", "image", "deploy/web", "web=registry.example.com/web:by-hand");
    await dev.kubectl("set", "env", "deploy/worker", "ADDED=by-hand");
    await patch("deploy/worker", '{"spec":{"revisionHistoryLimit":5}}');
    await patch("cm/settings", '{"data":{"key":"2"}}');
    await dev.kubectl("label", "cm/marked", "team=a");
    await dev.kubectl("annotate", "cm/marked", "note=b");
    await patch("cm/fields", '[{"op":"remove","path":"/data/other"}]', "json");
    await patch("svc/web", '{"spec":{"ports":[{"name":"http","port":80},{"name":"more","port":81}]}}', "strategic");
    await patch("cm/tuned", '{"data":{"key":"7"}}');
    await dev.kubectl("delete", "cm/gone", "cm/again", "cm/early");
    await dev.kubectl("create", "configmap", "again", "--from-literal=key=1", "--from-literal=mine=2");
    await patch("secret/token", '{"stringData":{"token":"after-0815","more":"x"}}');
    await patch("cm/quiet", '{"data":{"key":"2"}}');
    await patch("cm/never", '{"data":{"key":"2"}}');
    // Another tool that applies, and takes what it sets.
    const file = join(dev.cluster.folder, "held.yaml");
    await writeFile(file, configMap("held", "77"));
    await dev.kubectl("apply", "--server-side", "--force-conflicts", "--field-manager=other-tool", "-f", file);
    await orphan("made", "driftless");
    await orphan("stray", "somebody");
  }
});

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly fieldsV1: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
}
