import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { DeliveryEnvironment, rows } from "../support/delivery-environment.ts";
import { configMap, deployment } from "../support/sample.ts";

const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** Who has which namespaces, and which application is whose. */
interface Layout {
  readonly tenants: Readonly<Record<string, string>>;
  /** Tenant and namespace by application. */
  readonly applications: Readonly<Record<string, readonly [tenant: string, namespace: string]>>;
}

const first: Layout = {
  tenants: { shop: "shop, jobs", bank: "bank" },
  applications: { web: ["shop", "shop"], batch: ["shop", "jobs"], vault: ["bank", "bank"] },
};

describe("tenants that change", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;

  const write = ({ tenants, applications }: Layout): Promise<void> =>
    dev.write(
      `applications:\n${Object.entries(applications)
        .map(
          ([name, [tenant, namespace]]) => `  ${name}: { tenant: ${tenant}, namespace: ${namespace}, path: ${name} }`,
        )
        .join("\n")}`,
      `\n${Object.entries(tenants)
        .map(
          ([name, namespaces]) =>
            `  ${name}: { namespaces: [${namespaces}], podSecurity: baseline, quota: { pods: "20" }, access: { admin: ["group:leads"] } }`,
        )
        .join("\n")}`,
    );

  /** Everything that Driftless and controllers have in the namespaces, by what identifies it for good. */
  const uids = async (): Promise<ReadonlyMap<string, string>> => {
    const kinds = "namespace,configmap,deployment,pod,pvc,resourcequota,networkpolicy,rolebinding,serviceaccount";
    const list = "{range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name} {.metadata.uid}{'\\n'}{end}";
    const text = await dev.cluster.kubectl("get", kinds, "-A", "-o", `jsonpath=${list}`);
    return new Map(
      text
        .split("\n")
        .map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""])
        .filter(([name]) => /^Namespace\/\/(shop|jobs|bank)$|\/(shop|jobs|bank)\//.test(name)),
    );
  };

  before(async () => {
    dev = await DeliveryEnvironment.start("changes");
    await dev.commit({
      "web/web.yaml": deployment("web"),
      "web/settings.yaml": configMap("settings"),
      "batch/batch.yaml": deployment("batch"),
      "batch/data.yaml": claim,
      "vault/vault.yaml": configMap("vault"),
    });
    await write(first);
    await dev.must("up", "dev", "--yes");
  });
  after(() => dev.remove());

  /** Brings the environment to a layout, in which nothing that was there may be made anew. */
  const keepsAll = async (layout: Layout): Promise<void> => {
    const had = await uids();
    await write(layout);
    const changes = (await dev.json("preview", "dev")).changes ?? [];
    assert.deepEqual(
      changes.filter(({ action }) => action !== "update"),
      [],
    );
    await dev.must("up", "dev", "--yes");
    const has = await uids();
    for (const [name, uid] of had) assert.equal(has.get(name), uid, name);
    assert.deepEqual(rows(await dev.json("preview", "dev", "--refresh")), []);
  };

  const renamed: Layout = {
    tenants: { store: "shop, jobs", bank: "bank" },
    applications: { web: ["store", "shop"], batch: ["store", "jobs"], vault: ["bank", "bank"] },
  };

  it("may be renamed: nothing is deleted, and everything stays what it was", async () => {
    await keepsAll(renamed);
    const owner = await dev.kubectl("get", "namespace/shop", "-o", "jsonpath={.metadata.annotations}");
    assert.match(owner, /"driftless.dev\/tenant":"store"/);
  });

  const moved: Layout = {
    tenants: { store: "shop", bank: "bank, jobs" },
    applications: { web: ["store", "shop"], batch: ["bank", "jobs"], vault: ["bank", "bank"] },
  };

  it("hand an application over together with its namespace, and its pods go on", async () => {
    await keepsAll(moved);
    const as = "system:serviceaccount:bank:driftless-deployer";
    assert.equal(await dev.cluster.kubectl("auth", "can-i", "--as", as, "update", "deployments", "-n", "jobs"), "yes");
  });

  it("are refused an application in another namespace, whose objects would be made anew", async () => {
    await write({ ...moved, applications: { ...moved.applications, batch: ["store", "shop"] } });
    const { exitCode, stderr } = await dev.run(["up", "dev", "--yes"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /APPLICATION_MOVED Application "batch" would go from namespace jobs to shop: 2 objects/);
    assert.match(stderr, /fix: Hand the namespace over instead, from its tenant to tenants\.store\.namespaces/);
    await write(moved);
    assert.deepEqual(rows(await dev.json("preview", "dev", "--refresh")), []);
  });

  it("are shown with what they use, who owns them and whether their deployers may work", async () => {
    await dev.cluster.kubectl("-n", "jobs", "delete", "rolebinding", "driftless-deployer");
    const { stdout } = await dev.must("tenants", "dev");
    assert.match(stdout, /^store +group:leads +web +(?:no violations|\d+ advisory)$/m);
    assert.match(stdout, /^ {2}eu\/shop +deployer ok +pods 1 of 20$/m);
    assert.match(stdout, /^bank +group:leads +batch, vault +/m);
    assert.match(stdout, /^ {2}eu\/bank +deployer may not create configmaps in the namespace jobs +pods 0 of 20$/m);
    const { tenants } = JSON.parse((await dev.must("tenants", "dev", "--json")).stdout) as { tenants: unknown };
    assert.deepEqual((tenants as readonly { name: string; clusters: unknown }[])[1]?.clusters, [
      {
        cluster: "eu",
        reachable: true,
        deployer: { state: "denied", missing: ["configmaps in the namespace jobs"] },
        namespaces: [
          { name: "bank", exists: true, quota: { pods: { hard: "20", used: "0" } } },
          { name: "jobs", exists: true, quota: { pods: { hard: "20", used: "1" } } },
        ],
      },
    ]);
    await dev.must("up", "dev", "--yes", "--refresh");
  });

  it("are counted with what speaks against them, and a cluster that is down is a line", async () => {
    const public_ = configMap("x").replace("name: x", "name: x, namespace: kube-public");
    await dev.commit({ "web/public.yaml": public_ });
    await write(moved);
    const { exitCode, stdout } = await dev.run(["tenants", "dev"], { env: { KUBECONFIG: "/nonexistent" } });
    assert.equal(exitCode, 4);
    assert.match(stdout, /^store +group:leads +web +1 violation$/m);
    assert.match(stdout, /^ {2}eu +could not be read/m);
    assert.match(stdout, /KUBECONFIG_INVALID/);
    await dev.commit({ "web/public.yaml": null });
    await write(moved);
  });

  it("leave with everything that is theirs, shown before, written down before, and nothing else", async () => {
    const { cluster, project } = dev;
    await write(moved);
    await dev.must("up", "dev", "--yes");
    await cluster.kubectl("-n", "jobs", "create", "configmap", "handmade", "--from-literal=a=b");
    await cluster.kubectl("-n", "bank", "create", "secret", "generic", "key", "--from-literal=a=canary");
    const file = join(project.folder, "environments/dev.yaml");
    const before = await readFile(file, "utf8");

    const shown = await dev.must("tenant", "remove", "dev", "bank", "--dry-run");
    assert.match(shown.stdout, /^bank of dev would go, and with it \d+ objects$/m);
    assert.match(shown.stdout, /^ {2}applications {2}batch \(2\), vault \(1\)$/m);
    assert.match(shown.stdout, /^ {2}eu {2}namespaces bank, jobs with everything in them$/m);
    assert.match(shown.stdout, /^ {4}data {2}PersistentVolumeClaim jobs\/data {2}1Gi {2}/m);
    assert.match(
      shown.stdout,
      /^ {4}not ours {2}.*Secret\/bank\/key, ConfigMap\/jobs\/handmade: nothing makes these again$/m,
    );
    assert.equal(await readFile(file, "utf8"), before);

    const kept = await uids();
    const folder = join(project.folder, "export");
    const { stdout } = await dev.must("tenant", "remove", "dev", "bank", "--yes", "--export", "export");
    assert.match(stdout, /^\d+ objects written to export, 1 Secrets left out\.$/m);
    assert.equal((await readFile(file, "utf8")).includes("bank"), false);
    const written = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".yaml"));
    assert.ok(written.includes("eu/jobs/ConfigMap/handmade.yaml"), written.join("\n"));
    assert.ok(written.includes("eu/jobs/PersistentVolumeClaim/data.yaml"));
    assert.ok(!written.some((name) => name.includes("Secret/")));
    for (const name of written)
      assert.doesNotMatch(await readFile(join(folder, name), "utf8"), /canary|resourceVersion/);

    // Interrupted here, the same command says how to go on.
    const again = await dev.must("tenant", "remove", "dev", "bank", "--yes");
    const next = /^ {2}(driftless up .*)$/m.exec(stdout)?.[1] ?? "";
    assert.equal(/^ {2}(driftless up .*)$/m.exec(again.stdout)?.[1], next);
    assert.deepEqual((await dev.codes("up", "dev", "--yes")).toSorted().slice(0, 2), [
      "DELETIONS_EXCEEDED",
      "DELETION_UNCONFIRMED",
    ]);
    await dev.must(...next.split(" ").slice(1), "--yes");

    const left = await uids();
    assert.deepEqual(
      [...left.keys()].filter((name) => /jobs|bank/.test(name)),
      [],
    );
    for (const [name, uid] of kept) if (name.includes("/shop")) assert.equal(left.get(name), uid, name);
    const unknown = await dev.run(["tenant", "remove", "dev", "bank", "--yes"]);
    assert.match(unknown.stderr, /USAGE The environment has no tenant "bank"\./);
    const last = await dev.run(["tenant", "remove", "dev", "store", "--yes"]);
    assert.match(last.stderr, /EMPTY_ENVIRONMENT/);
  });
});
