import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "mocha";
import { passphraseFile } from "../../automation/engine/passphrase.ts";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { adminKinds } from "../../core/plan/deployer.ts";
import { builtInKinds } from "../../core/plan/kinds.ts";
import { pluralOf } from "../../core/plan/plural.ts";
import { DeliveryEnvironment, rows } from "../support/delivery-environment.ts";
import { mayConnect, type End, type Network } from "../support/network.ts";
import { PlainPulumi } from "../support/plain-pulumi.ts";
import { repository } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";

const deployer = "system:serviceaccount:shop:driftless-deployer";
const rbacGroup = "rbac.authorization.k8s.io";
const rbac = `${rbacGroup}/v1`;

const bankNetwork =
  "{ ingressFrom: [gateway], egressTo: [mail], egressToAddresses: [{ cidr: 203.0.113.0/24, except: [203.0.113.7/32], ports: [443] }] }";
const tenants = (more = "", bank = ""): string => `
  shop: { namespaces: [shop, jobs], podSecurity: baseline, access: { view: ["group:support"], edit: ["user:ann"], admin: ["group:leads"] }${more} }
  bank: { namespaces: [bank], podSecurity: baseline, network: ${bankNetwork}${bank} }`;
const applications = `applications:
  web: { tenant: shop, path: web }
  vault: { tenant: bank, path: vault }
`;

const quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: mine }\nspec: { hard: { pods: '1000' } }\n";

/** What an API server would take: the rights of the deployer are enough for each of these. */
const loosening = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open }
spec: { podSelector: {}, ingress: [{}] }
---
apiVersion: ${rbac}
kind: RoleBinding
metadata: { name: everybody }
roleRef: { apiGroup: ${rbacGroup}, kind: ClusterRole, name: admin }
subjects: [{ kind: Group, name: "system:authenticated", apiGroup: ${rbacGroup} }]
---
apiVersion: ${rbac}
kind: RoleBinding
metadata: { name: neighbour }
roleRef: { apiGroup: ${rbacGroup}, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: default, namespace: bank }]
---
apiVersion: v1
kind: Service
metadata: { name: alias }
spec: { type: ExternalName, externalName: vault.bank.svc.cluster.local }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: auth, annotations: { nginx.ingress.kubernetes.io/auth-secret: bank/users } }
spec: { rules: [{ host: shop.example.com }] }
---
apiVersion: v1
kind: Secret
metadata: { name: token, annotations: { kubernetes.io/service-account.name: driftless-deployer } }
type: kubernetes.io/service-account-token
---
${deployment("as-deployer").replace("    spec:\n", "    spec:\n      serviceAccountName: driftless-deployer\n")}`;

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

  it("let each role do what it is for, in its own tenant, and nothing in another or on the cluster", async () => {
    const subjects: Readonly<Record<string, JsonObject>> = {
      view: { user: "bob", groups: ["support"] },
      edit: { user: "ann" },
      admin: { user: "eve", groups: ["leads"] },
      deployer: { user: deployer },
    };
    /** Resource and verb, and who may; y or n for view, edit, admin and deployer. */
    const matrix: readonly (readonly [verb: string, group: string, resource: string, expected: string])[] = [
      ["get", "apps", "deployments", "yyyy"],
      ["list", "", "pods", "yyyy"],
      ["get", "", "resourcequotas", "yyyy"],
      ["get", "", "secrets", "nyyy"],
      ["create", "apps", "deployments", "nyyy"],
      ["delete", "", "persistentvolumeclaims", "nyyy"],
      ["create", "", "pods/exec", "nyyy"],
      ["patch", "networking.k8s.io", "ingresses", "nyyy"],
      ["update", "networking.k8s.io", "networkpolicies", "nyyy"],
      // Whoever may edit can become any account of the namespace: the walls are around a tenant, not within.
      ["impersonate", "", "serviceaccounts", "nyyy"],
      ["create", rbacGroup, "rolebindings", "nnyy"],
      ["escalate", rbacGroup, "roles", "nnnn"],
      ["bind", rbacGroup, "clusterroles", "nnnn"],
      ["update", "", "resourcequotas", "nnnn"],
      ["delete", "", "limitranges", "nnnn"],
      ["delete", "", "namespaces", "nnnn"],
    ];
    const questions = Object.values(subjects).flatMap((subject) =>
      ["shop", "jobs", "bank", ""].flatMap((namespace) =>
        matrix.map(([verb, group, resource]) => ({
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: {
            ...subject,
            resourceAttributes: {
              ...{ verb, group, namespace, resource: resource.split("/")[0], subresource: resource.split("/")[1] },
            },
          },
        })),
      ),
    );
    await dev.project.write("reviews.json", questions.map((question) => JSON.stringify(question)).join("\n---\n"));
    const file = join(dev.project.folder, "reviews.json");
    const answers = await dev.cluster.kubectl("create", "-f", file, "-o", "jsonpath={.status.allowed}{'\\n'}");
    const allowed = answers.split("\n").map((line) => (line === "true" ? "y" : "n"));
    assert.equal(allowed.length, questions.length);
    const roles = Object.keys(subjects);
    const table = ["shop", "jobs", "bank", ""].map((namespace, place) =>
      matrix.map(([verb, group, resource, expected], row) => {
        const found = roles.map((_, role) => allowed[(role * 4 + place) * matrix.length + row]).join("");
        const own = namespace === "shop" || namespace === "jobs";
        return { what: `${verb} ${resource} ${group} in ${namespace}`, found, expected: own ? expected : "nnnn" };
      }),
    );
    assert.deepEqual(
      table.flat().map(({ what, found }) => `${found} ${what}`),
      table.flat().map(({ what, expected }) => `${expected} ${what}`),
    );
  });

  it("let pods reach what the document says, and nothing else", async () => {
    const items = async (kind: string): Promise<readonly JsonObject[]> => {
      const list = JSON.parse(await dev.cluster.kubectl("get", kind, "-A", "-o", "json")) as { items: JsonObject[] };
      return list.items;
    };
    const live = (await items("namespace")).map(({ metadata }) => record(metadata));
    const named = (name: string): JsonObject => ({ "kubernetes.io/metadata.name": name });
    const network: Network = {
      policies: await items("networkpolicy"),
      namespaces: {
        // Two that are nobody's, and one that calls itself what another is.
        ...{ gateway: named("gateway"), mail: named("mail"), evil: { ...named("evil"), name: "gateway" } },
        ...Object.fromEntries(live.map(({ name, labels }) => [JSON.stringify(name).slice(1, -1), record(labels)])),
      },
    };
    const places = ["shop", "jobs", "bank", "gateway", "mail", "evil", "kube-system"];
    const pod = (namespace: string): End => ({
      namespace,
      labels: { app: "x" },
      address: `10.1.0.${places.indexOf(namespace)}`,
    });
    /** Where the pods of a namespace get to on a port of TCP. */
    const reach = (from: string, port: number, protocol = "TCP"): string =>
      places.filter((to) => to !== from && mayConnect(pod(from), pod(to), { port, protocol }, network)).join(" ");
    assert.equal(reach("shop", 80), "jobs");
    assert.equal(reach("jobs", 80), "shop");
    assert.equal(reach("bank", 80), "mail");
    assert.equal(reach("gateway", 80), "bank mail evil kube-system");
    assert.equal(reach("mail", 80), "gateway evil kube-system");
    assert.equal(reach("evil", 80), "gateway mail kube-system");
    assert.equal(reach("kube-system", 80), "gateway mail evil");
    for (const from of ["shop", "jobs"]) {
      for (const protocol of ["TCP", "UDP"]) assert.match(reach(from, 53, protocol), /kube-system$/);
      assert.doesNotMatch(reach(from, 53, "SCTP"), /kube-system/);
    }
    const out = (from: string, address: string, port: number): boolean =>
      mayConnect(pod(from), { address }, { port }, network);
    assert.deepEqual(
      ["203.0.113.9", "203.0.113.7", "198.51.100.1", "169.254.169.254", "2001:db8::1"].map((each) =>
        out("bank", each, 443),
      ),
      [true, false, false, false, false],
    );
    assert.equal(out("bank", "203.0.113.9", 80), false);
    assert.equal(out("shop", "203.0.113.9", 443), false);
    assert.equal(mayConnect({ address: "203.0.113.9" }, pod("bank"), { port: 80 }, network), false);
  });

  it("are checked before anything is touched: kinds that only the platform may write are refused", async () => {
    await dev.commit({ "web/quota.yaml": quota });
    await dev.write(applications, tenants());
    const { exitCode, stderr } = await dev.run(["plan", "dev"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^web\/quota\.yaml:1 .*SCOPE_DENIED .*tenant "shop" may not hold the kind ResourceQuota\.$/m);
    assert.match(stderr, /fix: Remove it, or add "ResourceQuota" to tenants\.shop\.allow\.namespacedKinds\.$/m);
  });

  it("are checked against everything that loosens them or reaches into another tenant, all of it at once", async () => {
    await dev.commit({ "web/quota.yaml": null, "web/hostile.yaml": loosening });
    await dev.write(applications, tenants());
    const { findings = [] } = await dev.json("plan", "dev");
    assert.deepEqual(
      findings.map(({ code, message }) => `${code} ${/"web", (\S+ \S+):/.exec(message)?.[1] ?? message}`).toSorted(),
      [
        "SCOPE_DENIED Deployment.apps shop/as-deployer",
        "SCOPE_DENIED Ingress.networking.k8s.io shop/auth",
        "SCOPE_DENIED NetworkPolicy.networking.k8s.io shop/open",
        "SCOPE_DENIED RoleBinding.rbac.authorization.k8s.io shop/everybody",
        "SCOPE_DENIED RoleBinding.rbac.authorization.k8s.io shop/neighbour",
        "SCOPE_DENIED Secret shop/token",
        "SCOPE_DENIED Service shop/alias",
      ],
    );
    await dev.commit({ "web/hostile.yaml": null, "web/quota.yaml": quota });
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
    "a secret of another tenant": {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "hostile", namespace: "bank" },
      stringData: { a: "b" },
    },
    "an Ingress for another tenant's Service": {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "hostile", namespace: "bank" },
      spec: { defaultBackend: { service: { name: "vault", port: { number: 80 } } } },
    },
    "rights in another tenant for an account of its own": {
      apiVersion: rbac,
      kind: "RoleBinding",
      metadata: { name: "hostile", namespace: "bank" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "shop" }],
    },
    "cluster-admin in its own namespace": {
      apiVersion: rbac,
      kind: "RoleBinding",
      metadata: { name: "hostile-admin", namespace: "shop" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "shop" }],
    },
    "a looser quota of the platform's": {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "hostile", namespace: "shop" },
      spec: { limits: [{ type: "Container", max: { cpu: "64" } }] },
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
    const held = still.output.match(/(?<=PLAN_STALE )\S+ \S*hostile\S*(?= on eu would change)/g);
    assert.equal(new Set(held).size, Object.keys(hostile).length, still.output);
    for (const { kind, metadata } of Object.values(hostile)) {
      const scope = typeof metadata["namespace"] === "string" ? ["-n", metadata["namespace"]] : [];
      assert.equal(await cluster.kubectl(...scope, "get", kind, metadata.name, "--ignore-not-found"), "");
    }
    const refused = output.match(/^ {4}error: resource .*(?:forbidden|attempting to grant)/gm) ?? [];
    assert.equal(refused.length, Object.keys(hostile).length, output);
  });
});
