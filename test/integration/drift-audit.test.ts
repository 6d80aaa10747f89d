import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { configMap, deployment } from "../support/sample.ts";

interface Actor {
  readonly user: string;
  readonly as?: string;
  readonly userAgent: string;
  readonly verb: string;
  readonly match: string;
}

/** What `drift --json` prints, as far as these tests read it. */
interface Printed {
  readonly environments: readonly {
    readonly outcome: string;
    readonly objects: readonly {
      readonly verdict: string;
      readonly name: string;
      readonly who?: readonly Actor[];
      readonly differences: readonly { readonly path: string; readonly who?: readonly Actor[] }[];
    }[];
    readonly errors: readonly unknown[];
    readonly audits?: readonly {
      readonly cluster: string;
      readonly from: string | null;
      readonly damaged: number;
      readonly untold: number;
      readonly findings: readonly { readonly code: string; readonly message: string }[];
    }[];
  }[];
}

const names = ["settings", "fields", "marked", "gone", "again", "swept"];
const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: before-4711 }\n";

describe("The users behind drift, from the audit log of a real API server", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let log: string;

  before(async () => {
    dev = await DeliveryEnvironment.start("audit", "RequestResponse");
    log = join(dev.cluster.folder, "audit.log");
    await dev.commit({
      "web/deployment.yaml": deployment("web"),
      "web/secret.yaml": secret,
      ...Object.fromEntries(
        names.map((name) => [`web/${name}.yaml`, configMap(name).replace("{ key:", "{ other: x, key:")]),
      ),
    });
    await dev.write("applications:\n  web: { tenant: shop, path: web }");
    await dev.must("up", "dev", "--yes");
    assert.match((await dev.must("status", "dev")).stdout, /^drift was never measured here: driftless drift dev$/m);
    await change();
  });
  after(() => dev.remove());

  it("are not asked for where no log is named", async () => {
    const { objects, audits } = await measure();
    assert.equal(audits, undefined);
    assert.ok(
      objects.every(({ who, differences }) => who === undefined && differences.every((each) => !("who" in each))),
    );
  });

  it("are named for each field, by what the bodies of their requests hold", async () => {
    await nameLog("{ env: AUDIT }");
    const { rows, audits, outcome } = await measure({ AUDIT: log });
    assert.deepEqual([outcome, audits?.map(({ untold, findings }) => [untold, findings])], ["drift", [[0, []]]]);
    assert.deepEqual(rows, [
      "again recreated: delete admin as dora (object), create admin as erin (object)",
      "fields data.other: patch admin as bob (field)",
      "gone deleted: delete admin as carol (object)",
      "marked metadata.annotations.note: patch admin as alice (field)",
      "settings data.key: patch admin as alice (field)",
      "stray orphan: create admin as frank (object)",
      "swept deleted: delete admin as carol (object)",
      "token data.token: patch admin as alice (manager)",
      "web spec.replicas: patch admin as bob (field)",
      "web spec.template.spec.containers[name=web].env: patch admin as alice (field)",
      "web spec.template.spec.containers[name=web].image: patch admin as bob (field)",
    ]);
  });

  it("are named without bodies too, by field manager and time", async () => {
    const plain = join(dev.cluster.folder, "metadata.log");
    await writeFile(plain, await metadataOnly());
    const { rows, text } = await measure({ AUDIT: plain });
    assert.deepEqual(
      rows.filter((row) => !row.includes("(manager)")),
      [
        "again recreated: delete admin as dora (object), create admin as erin (object)",
        "fields data.other: patch admin as bob (object)",
        "gone deleted: delete admin as carol (object)",
        "stray orphan: create admin as frank (object)",
        "swept deleted: delete admin as carol (object)",
        "web spec.replicas: patch admin as bob (object)",
      ],
    );
    assert.equal(rows.length, 11);
    assert.ok(rows.includes("settings data.key: patch admin as alice (manager)"), text);
  });

  it("are told to people, with program and time, and values of Secrets are not", async () => {
    const { stdout } = await dev.run(["drift", "dev"], { env: { AUDIT: log } });
    assert.match(stdout, / data\.other: removed, was x {2}by user admin as bob with kubectl\/v[\d.]+ at \d{4}-/);
    assert.match(stdout, / data\.key: 1 → 2 {2}by kubectl-patch at [-\d: ]+UTC, user admin as alice with kubectl\/v/);
    assert.match(stdout, /ConfigMap shop\/gone {2}deleted.*\n {6}deleted by user admin as carol with kubectl/);
    assert.match(stdout, /made again by user admin as erin with kubectl/);
    const markdown = await dev.run(["drift", "dev", "--markdown"], { env: { AUDIT: log } });
    assert.match(markdown.stdout, /^ {4}deleted by user admin as carol/m);
    for (const value of ["before-4711", "after-0815", "YWZ0ZXItMDgxNQ"]) {
      assert.ok(!(stdout + markdown.stdout).includes(value), "a value of a Secret is shown");
    }
  });

  it("are found in what was put aside of a log, packed, beside damaged lines", async () => {
    const copy = join(dev.cluster.folder, "copy.log");
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    const half = Math.floor(lines.length / 2);
    await writeFile(
      join(dev.cluster.folder, "copy-2026-01-01T00-00-00.000.log.gz"),
      gzipSync(joined(lines.slice(0, half))),
    );
    await writeFile(copy, joined(lines.slice(half)));
    await appendFile(copy, `not JSON\n${lines.at(-1)?.slice(0, 300) ?? ""}`);
    const { rows, audits } = await measure({ AUDIT: copy });
    assert.equal(rows.filter((row) => /as (alice|bob|carol|dora|erin|frank)/.test(row)).length, 11);
    assert.deepEqual(
      audits?.map(({ damaged, untold, findings }) => [damaged, untold, findings]),
      [[2, 0, []]],
    );
  });

  it("do not matter to the status, which says what the last look found, and when", async () => {
    const { stdout } = await dev.must("status", "dev");
    assert.match(
      stdout,
      /^2 deleted, 1 recreated, 5 drifted, 1 unknown to the state, \d+ as last applied, measured \d+ s ago, /m,
    );
    const { drift } = JSON.parse((await dev.must("status", "dev", "--json")).stdout) as Record<string, unknown>;
    assert.partialDeepStrictEqual(drift, { outcome: "drift", counts: { deleted: 2, drifted: 5 } });
  });

  it("are not guessed where the log begins after what they did", async () => {
    const late = join(dev.cluster.folder, "late.log");
    const lines = (await metadataOnly()).trimEnd().split("\n");
    const from = lines.findIndex((line) => line.includes("/configmaps/gone"));
    await writeFile(late, joined(lines.slice(from)));
    const { rows, audits, outcome } = await measure({ AUDIT: late });
    assert.equal(outcome, "drift");
    assert.ok(rows.includes("fields data.other: nobody"), rows.join("\n"));
    assert.ok(rows.includes("gone deleted: delete admin as carol (object)"), rows.join("\n"));
    assert.ok((audits?.[0]?.untold ?? 0) > 3);
  });

  it("are missing, and drift is not, where the log cannot be read", async () => {
    const cases = [
      [{}, /AUDIT, which names the audit log of cluster "eu", is not set/],
      [{ AUDIT: join(dev.cluster.folder, "nowhere.log") }, /\$AUDIT of cluster "eu" does not exist/],
      [{ AUDIT: dev.cluster.folder }, /\$AUDIT of cluster "eu" is no file/],
      [{ AUDIT: dev.cluster.kubeconfig }, /No line of \$AUDIT/],
    ] as const;
    for (const [env, message] of cases) {
      const { rows, objects, audits, outcome, errors, text } = await measure(env);
      assert.deepEqual([outcome, objects.length, rows.length, errors], ["drift", 9, 11, []]);
      assert.deepEqual(
        audits?.[0]?.findings.map(({ code }) => code),
        ["AUDIT_UNAVAILABLE"],
      );
      assert.match(audits[0].findings[0]?.message ?? "", message);
      assert.ok(!text.includes(dev.cluster.folder), "the output names a folder of the machine");
    }
  });

  async function change(): Promise<void> {
    const as = (user: string, ...args: readonly string[]) =>
      dev.kubectl(`--as=${user}`, "--as-group=system:masters", ...args);
    const patch = (user: string, object: string, text: string, type = "merge", ...options: readonly string[]) =>
      as(user, "patch", object, `--type=${type}`, "-p", text, ...options);
    await patch("bob", "cm/fields", '[{"op":"remove","path":"/data/other"}]', "json");
    await patch("alice", "cm/settings", '{"data":{"key":"2"}}');
    // Neither a change that was only tried out nor one that was refused is what happened.
    await patch("mallory", "cm/settings", '{"data":{"key":"9"}}', "merge", "--dry-run=server");
    await assert.rejects(dev.kubectl("--as=mallory", "delete", "cm/settings"));
    await as("alice", "annotate", "cm/marked", "note=b");
    await patch("alice", "secret/token", '{"stringData":{"token":"after-0815"}}');
    await as("alice", "set", "env", "deploy/web", "ADDED=by-hand");
    await as("bob", "set", "image", "deploy/web", "web=registry.example.com/web:by-hand");
    await as("bob", "scale", "deploy/web", "--replicas=3");
    await as("carol", "delete", "cm/gone");
    await as("carol", "delete", "cm", "--field-selector=metadata.name=swept");
    await as("dora", "delete", "cm/again");
    await as("erin", "create", "configmap", "again", "--from-literal=key=1");
    const stray = configMap("stray").replace(
      "{ name: stray }",
      "{ name: stray, labels: { app.kubernetes.io/managed-by: driftless }, annotations: { driftless.dev/environment: dev, driftless.dev/application: web } }",
    );
    const file = join(dev.cluster.folder, "stray.yaml");
    await writeFile(file, stray);
    await as("frank", "create", "-f", file);
  }

  /** Names the log of the cluster: the document of `dev` does not, its base does. */
  async function nameLog(audit: string): Promise<void> {
    await dev.project.write(
      "environments/_base.yaml",
      `apiVersion: driftless.dev/v1alpha1\nkind: EnvironmentBase\nclusters: { eu: { kubeconfig: {}, audit: ${audit} } }\n`,
    );
  }

  /** The log as a policy of the level Metadata has it written. */
  async function metadataOnly(): Promise<string> {
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    return joined(
      lines.map((line) => {
        const { requestObject, responseObject, ...rest } = JSON.parse(line) as Record<string, unknown>;
        assert.ok(requestObject !== null && responseObject !== null);
        return JSON.stringify({ ...rest, level: "Metadata" });
      }),
    );
  }

  async function measure(env: Readonly<Record<string, string>> = {}) {
    const { stdout, stderr, exitCode } = await dev.run(["drift", "dev", "--json"], { env });
    assert.equal(exitCode, 2, stdout + stderr);
    const [environment] = (JSON.parse(stdout) as Printed).environments;
    assert.ok(environment !== undefined);
    const rows = environment.objects.flatMap(({ name, verdict, who, differences }) =>
      verdict === "drifted"
        ? differences.map((each) => `${name} ${each.path}: ${actors(each.who)}`)
        : [`${name} ${verdict}: ${actors(who)}`],
    );
    return { ...environment, rows: rows.sort(), text: stdout };
  }
});

function actors(who: readonly Actor[] = []): string {
  if (who.length === 0) return "nobody";
  return who
    .map(({ verb, user, as, match }) => [verb, user, ...(as ? ["as", as] : []), `(${match})`].join(" "))
    .join(", ");
}

function joined(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
