import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "mocha";
import { passphraseFile } from "../../automation/engine/passphrase.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { adminKinds } from "../../core/plan/deployer.ts";
import { builtInKinds } from "../../core/plan/kinds.ts";
import { pluralOf } from "../../core/plan/plural.ts";
import { DeliveryEnvironment, rows } from "../support/delivery-environment.ts";
import { PlainPulumi } from "../support/plain-pulumi.ts";
import { repository } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";

const deployer = "system:serviceaccount:shop:driftless-deployer";
const rbac = "rbac.authorization.k8s.io/v1";

const tenants = (more = "", bank = ""): string => `
  shop: { namespaces: [shop, jobs], podSecurity: baseline, access: { view: ["group:support"], edit: ["user:ann"] }${more} }
  bank: { namespaces: [bank], podSecurity: baseline${bank} }`;
const applications = `applications:
  web: { tenant: shop, path: web }
  vault: { tenant: bank, path: vault }
`;

/** A program as Driftless' own, whose plan holds more than any of its checks let through. */
const unchecked = `
import { Environment } from ${JSON.stringify(pathToFileURL(join(repository, "components", "environment.ts")).href)};
import { prepare } from ${JSON.stringify(pathToFileURL(join(repository, "stacks", "prepare.ts")).href)};
import { objectSettings } from ${JSON.stringify(pathToFileURL(join(repository, "core", "plan", "settings.ts")).href)};
import { resourceName } from ${JSON.stringify(pathToFileURL(join(repository, "core", "plan", "identity.ts")).href)};
const { env } = process;
const ready = await prepare({ from: process.cwd(), environment: "dev", cache: env.TEST_CACHE, preview: false, env });
const planned = JSON.parse(env.TEST_OBJECTS).map((object) =>
  ({ cluster: "eu", wave: 0, object, settings: objectSettings(object), resourceName: resourceName("eu", object) }));
const applications = ready.plan.applications.map((each) =>
  each.name === "web" ? { ...each, digest: each.digest + "x", objects: [...each.objects, ...planned] } : each);
new Environment("dev", { ...ready, wait: false, plan: { ...ready.plan, applications } });
`;

describe("the walls of a tenant", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;

  before(async () => {
    dev = await DeliveryEnvironment.start("walls");
    await dev.commit({
      "web/web.yaml": deployment("web"),
      "web/settings.yaml": configMap("settings"),
      "vault/vault.yaml": configMap("vault"),
    });
    await dev.write(applications, tenants());
  });
  after(() => dev.remove());

  /** Names of the providers of tenants that the state holds. */
  const tenantProviders = async (): Promise<readonly string[]> => {
    const folder = join(dev.project.folder, ".driftless", "state", ".pulumi", "stacks");
    const [file] = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith("dev.json"));
    const text = await readFile(join(folder, file ?? ""), "utf8");
    return [...new Set(text.match(/[a-z]+\/[a-z]+-provider(?=")/g))];
  };

  const mayI = async (as: string, ...question: readonly string[]): Promise<boolean> =>
    (await dev.cluster.kubectl("auth", "can-i", "--as", as, ...question).catch(() => "no")) === "yes";

  it("are no obstacle to the first preview, before there is a deployer", async () => {
    const preview = await dev.json("preview", "dev");
    assert.deepEqual(preview.findings ?? [], []);
    assert.ok(rows(preview).includes("create settings"));
  });

  it("are there before an application is applied with its tenant's rights, and touch nothing that was there", async () => {
    await dev.write(applications, tenants(", deployAs: environment"));
    await dev.must("up", "dev", "--yes");
    const uid = await dev.kubectl("get", "configmap/settings", "-o", "jsonpath={.metadata.uid}");
    await dev.write(applications, tenants());
    const changes = rows(await dev.json("preview", "dev"));
    assert.deepEqual(changes, Array.from({ length: 4 }, () => "create driftless-deployer").slice(0, changes.length));
    await dev.must("up", "dev", "--yes");
    assert.equal(await dev.kubectl("get", "configmap/settings", "-o", "jsonpath={.metadata.uid}"), uid);
    assert.deepEqual(rows(await dev.json("preview", "dev", "--refresh")), []);
  });

  it("let the deployer write exactly the kinds of the ClusterRole admin, in its own namespaces", async () => {
    const table = await dev.cluster.kubectl("auth", "can-i", "--list", "--as", deployer, "-n", "jobs");
    const creatable = new Set([...table.matchAll(/^(\S+) .*\bcreate\b/gm)].map(([, resource]) => resource));
    const namespaced = [...builtInKinds].flatMap(([kind, scope]) => (scope === "namespaced" ? [kind] : []));
    const resourceOf = (kind: string): string => {
      const [name = "", ...group] = kind.split(".");
      return [pluralOf(name), ...group].join(".");
    };
    assert.deepEqual(
      namespaced.filter((kind) => creatable.has(resourceOf(kind))),
      namespaced.filter((kind) => adminKinds.has(kind)),
    );
    assert.equal(await mayI(deployer, "get", "configmaps", "-n", "bank"), false);
    assert.equal(await mayI(deployer, "list", "configmaps", "--all-namespaces"), false);
    assert.equal(await mayI(deployer, "create", "namespaces"), false);
    assert.equal(await mayI(deployer, "update", "resourcequotas", "-n", "shop"), false);
  });

  it("let people do what `access` says, and nothing in another tenant", async () => {
    const group = async (...question: readonly string[]): Promise<boolean> =>
      (await dev.cluster
        .kubectl("auth", "can-i", "--as", "bob", "--as-group", "support", ...question)
        .catch(() => "no")) === "yes";
    assert.equal(await group("get", "deployments", "-n", "shop"), true);
    assert.equal(await group("get", "secrets", "-n", "shop"), false);
    assert.equal(await group("get", "deployments", "-n", "bank"), false);
    assert.equal(await mayI("ann", "create", "deployments", "-n", "jobs"), true);
    assert.equal(await mayI("ann", "create", "rolebindings", "-n", "jobs"), false);
    assert.equal(await mayI("ann", "get", "deployments", "-n", "bank"), false);
  });

  it("are checked before anything is touched: kinds that only the platform may write are refused", async () => {
    const quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: mine }\nspec: { hard: { pods: '1000' } }\n";
    await dev.commit({ "web/quota.yaml": quota });
    await dev.write(applications, tenants());
    const { exitCode, stderr } = await dev.run(["plan", "dev"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^web\/quota\.yaml:1 .*SCOPE_DENIED .*tenant "shop" may not hold the kind ResourceQuota\.$/m);
    assert.match(stderr, /fix: Remove it, or add "ResourceQuota" to tenants\.shop\.allow\.namespacedKinds\.$/m);
  });

  it("open as far as the document says, in the same run", async () => {
    await dev.write(applications, tenants(", allow: { namespacedKinds: [ResourceQuota] }"));
    await dev.must("preview", "dev");
    await dev.must("up", "dev", "--yes");
    assert.equal(await dev.exists("resourcequota/mine"), true);
    assert.equal(await mayI(deployer, "create", "resourcequotas", "-n", "shop"), true);
  });

  it("cost nothing for a tenant of which nothing changes, which then goes through the environment's provider", async () => {
    await dev.commit({ "vault/vault.yaml": configMap("vault", "2") });
    await dev.write(applications, tenants(", allow: { namespacedKinds: [ResourceQuota] }"));
    assert.deepEqual(rows(await dev.json("preview", "dev")), ["update vault"]);
    await dev.must("up", "dev", "--yes");
    assert.deepEqual(await tenantProviders(), ["eu/bank-provider"]);
    assert.deepEqual(rows(await dev.json("preview", "dev")), []);
    assert.deepEqual(rows(await dev.json("preview", "dev", "--refresh")), []);
    // What leaves Git is deleted through whatever the state names.
    await dev.commit({ "web/quota.yaml": null });
    await dev.write(applications, tenants(", allow: { namespacedKinds: [ResourceQuota] }"));
    await dev.must("up", "dev", "--yes");
    assert.equal(await dev.exists("resourcequota/mine"), false);
    assert.deepEqual(await tenantProviders(), ["eu/shop-provider"]);
  });

  const hostile: Readonly<Record<string, KubernetesObject>> = {
    "an object in another tenant's namespace": {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "hostile", namespace: "bank" },
    },
    "a namespace": { apiVersion: "v1", kind: "Namespace", metadata: { name: "hostile" } },
    "cluster-admin for itself": {
      apiVersion: rbac,
      kind: "ClusterRoleBinding",
      metadata: { name: "hostile" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "shop" }],
    },
    "a role with more than it has": {
      apiVersion: rbac,
      kind: "Role",
      metadata: { name: "hostile", namespace: "shop" },
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
    },
    "a class that goes before everybody else": {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "hostile" },
      value: 1000000,
    },
    "looser network policies of the system": {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "hostile", namespace: "kube-system" },
      spec: { podSelector: {}, ingress: [{}] },
    },
  };

  it("hold against every attempt of a hostile tenant with all of our checks switched off", async () => {
    const { project, cluster } = dev;
    const pulumi = await PlainPulumi.create(project, {
      KUBECONFIG: cluster.kubeconfig,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(project.folder, passphraseFile),
      PULUMI_BACKEND_URL: pathToFileURL(join(project.folder, ".driftless", "state")).href,
      TEST_CACHE: project.cache,
    });
    await project.write("stacks/index.ts", unchecked);
    const env = { TEST_OBJECTS: JSON.stringify(Object.values(hostile)) };
    const args = ["up", "-y", "--skip-preview", "--continue-on-error", "-s", "dev"];
    const { exitCode, output } = await pulumi.run(args, env);
    assert.notEqual(exitCode, 0, output);
    for (const [attempt, { kind, metadata }] of Object.entries(hostile)) {
      const scope = typeof metadata["namespace"] === "string" ? ["-n", metadata["namespace"]] : [];
      assert.equal(await cluster.kubectl(...scope, "get", kind, metadata.name, "--ignore-not-found"), "", attempt);
    }
    // Nor does it help to have it taken for one of whom nothing changes: then nothing of it is sent at all.
    const still = await pulumi.run(args, { ...env, DRIFTLESS_ACTING: "none" });
    assert.notEqual(still.exitCode, 0, still.output);
    const held = still.output.match(/(?<=PLAN_STALE )\S+ \S*hostile(?= on eu would change)/g);
    assert.equal(new Set(held).size, Object.keys(hostile).length, still.output);
    for (const { kind, metadata } of Object.values(hostile)) {
      const scope = typeof metadata["namespace"] === "string" ? ["-n", metadata["namespace"]] : [];
      assert.equal(await cluster.kubectl(...scope, "get", kind, metadata.name, "--ignore-not-found"), "");
    }
    const refused = output.match(/^ {4}error: resource .*(?:forbidden|attempting to grant)/gm) ?? [];
    assert.equal(refused.length, Object.keys(hostile).length, output);
  });
});
