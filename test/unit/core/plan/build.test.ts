import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { policy } from "../../../../core/environment/schema/policy.ts";
import { formatFinding } from "../../../../core/errors/finding.ts";
import { allow, application, configMap, environment, manifest, object, plan, revision, tenant } from "./fixture.ts";

describe("buildPlan", () => {
  it("places, stamps and identifies an object", () => {
    const { plan: result, findings } = plan({
      web: [manifest(object("v1", "ConfigMap", "settings", { data: { a: "1" } }), { path: "apps/web.yaml", line: 3 })],
    });
    assert.deepEqual(findings, []);
    assert.equal(result.environment, "dev");
    assert.equal(result.revision, revision);
    assert.deepEqual(result.applications[0], {
      name: "web",
      tenant: "shop",
      deployer: "system:serviceaccount:shop:driftless-deployer",
      clusters: ["eu"],
      dependsOn: [],
      renderer: "manifests",
      path: "environments/dev/applications/web",
      timeoutSeconds: 300,
      digest: result.applications[0]?.digest,
      objects: [
        {
          resourceName: "eu/shop/ConfigMap/settings",
          cluster: "eu",
          wave: 0,
          object: {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: {
              name: "settings",
              namespace: "shop",
              labels: { "app.kubernetes.io/managed-by": "driftless" },
              annotations: {
                "driftless.dev/environment": "dev",
                "driftless.dev/application": "web",
                "driftless.dev/origin": "apps/web.yaml",
              },
            },
            data: { a: "1" },
          },
          settings: { prune: "enabled", replace: false, force: false, ignore: [], propagation: "foreground" },
          origin: { path: "apps/web.yaml", document: 1, line: 3 },
        },
      ],
      hooks: [],
    });
    assert.match(result.digest, /^sha256:[0-9a-f]{64}$/);
    assert.match(result.applications[0].digest, /^sha256:[0-9a-f]{64}$/);
  });

  it("says what tenants own on their objects", () => {
    const { plan: result } = plan({ web: [manifest(configMap("a"))] });
    const namespace = result.tenants[0]?.objects[0];
    assert.equal(namespace?.resourceName, "eu/_/Namespace/shop");
    assert.deepEqual(namespace.object.metadata["annotations"], {
      "driftless.dev/environment": "dev",
      "driftless.dev/tenant": "shop",
    });
  });

  it("keeps the namespace that a manifest names and takes none from cluster-scoped kinds", () => {
    const spec = environment({
      tenants: {
        shop: tenant({
          namespaces: ["shop", "jobs"],
          allow: allow({ clusterKinds: ["PriorityClass.scheduling.k8s.io"] }),
        }),
      },
    });
    const { plan: result, findings } = plan(
      {
        web: [
          manifest(configMap("a", "jobs")),
          manifest(object("scheduling.k8s.io/v1", "PriorityClass", "high", { metadata: { namespace: "shop" } })),
        ],
      },
      { spec },
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(
      result.applications[0]?.objects.map((planned) => planned.resourceName),
      ["eu/_/PriorityClass.scheduling.k8s.io/high", "eu/jobs/ConfigMap/a"],
    );
  });

  it("puts an application's objects on each of its clusters", () => {
    const spec = environment({
      clusters: { us: { local: { name: "us" } }, eu: { local: { name: "eu" } } },
      tenants: { shop: tenant({ clusters: ["us", "eu"] }) },
      applications: { web: application({ clusters: ["us", "eu"] }) },
    });
    const { plan: result } = plan({ web: [manifest(configMap("a"))] }, { spec });
    assert.deepEqual(
      result.clusters.map(({ name }) => name),
      ["eu", "us"],
    );
    assert.deepEqual(
      result.applications[0]?.objects.map((planned) => planned.resourceName),
      ["eu/shop/ConfigMap/a", "us/shop/ConfigMap/a"],
    );
  });

  it("orders applications by dependency and objects by need", () => {
    const spec = environment({
      applications: {
        a: application({ dependsOn: ["z"] }),
        b: application(),
        z: application(),
      },
    });
    const { plan: result, findings } = plan(
      {
        a: [
          manifest(object("apps/v1", "Deployment", "a")),
          manifest(object("example.com/v1", "Custom", "a")),
          manifest(object("v1", "Service", "b")),
          manifest(object("v1", "Service", "a")),
          manifest(object("v1", "Secret", "a")),
        ],
        b: [manifest(configMap("b"))],
        z: [manifest(configMap("z"))],
      },
      { spec },
    );
    assert.deepEqual(
      result.applications.map(({ name }) => name),
      ["b", "z", "a"],
    );
    assert.deepEqual(
      result.applications[2]?.objects.map((planned) => `${planned.object.kind} ${planned.object.metadata.name}`),
      ["Secret a", "Service a", "Service b", "Deployment a", "Custom a"],
    );
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["SCOPE_DENIED"],
    );
  });

  it("applies image overrides and warns of those that nobody uses", () => {
    const pod = (image: string) => object("v1", "Pod", "web", { spec: { containers: [{ name: "web", image }] } });
    const { plan: result, findings } = plan(
      { web: [manifest(pod("example.com/web:1"))] },
      { images: { "example.com/web": { tag: "2" }, "example.com/other": { tag: "2" } } },
    );
    assert.deepEqual(result.applications[0]?.objects[0]?.object["spec"], {
      containers: [{ name: "web", image: "example.com/web:2" }],
    });
    assert.deepEqual(findings.map(formatFinding), [
      'environments/dev/images.yaml (images["example.com/other"]): IMAGE_UNUSED No application uses the image "example.com/other".\n' +
        "  fix: Remove it, or write its name as the manifests do, without a tag.",
    ]);
    assert.equal(findings[0]?.severity, "warning");
  });

  it("does not warn of an image that only one of two applications uses", () => {
    const pod = object("v1", "Pod", "web", { spec: { containers: [{ name: "web", image: "web:1" }] } });
    const { findings } = plan(
      { web: [manifest(pod)], other: [manifest(configMap("a"))] },
      {
        spec: environment({ applications: { web: application(), other: application() } }),
        images: { web: { tag: "2" } },
      },
    );
    assert.deepEqual(findings, []);
  });

  it("plans each hook in its phases and tells of those that no run runs", () => {
    const hook = (name: string, annotation: string, event: string, line: number) =>
      manifest(object("batch/v1", "Job", name, { metadata: { annotations: { [annotation]: event } } }), { line });
    const { plan: result, findings } = plan({
      web: [
        manifest(configMap("a")),
        hook("test", "helm.sh/hook", "test", 30),
        hook("migrate", "helm.sh/hook", "pre-install,pre-upgrade,post-upgrade", 10),
        hook("notify", "argocd.argoproj.io/hook", "PostSync", 20),
      ],
    });
    const [web] = result.applications;
    assert.deepEqual(
      web?.objects.map(({ object: { kind } }) => kind),
      ["ConfigMap"],
    );
    assert.deepEqual(
      web.hooks.map(({ phase, resourceName }) => [phase, resourceName]),
      [
        ["pre-deploy", "eu/shop/Job.batch/migrate"],
        ["post-deploy", "eu/shop/Job.batch/migrate"],
        ["post-deploy", "eu/shop/Job.batch/notify"],
      ],
    );
    assert.equal(findings.length, 1);
    assert.equal(findings[0]?.code, "HOOK_NOT_RUN");
    assert.equal(findings[0].severity, "warning");
    assert.deepEqual(findings[0].place, { file: "web.yaml", line: 30 });
    assert.match(findings[0].message, /ignores: Job test \(test\)\.$/);
  });

  it("takes nothing rendered for a mistake", () => {
    for (const manifests of [
      [],
      [manifest(object("v1", "Pod", "x", { metadata: { annotations: { "helm.sh/hook": "test" } } }))],
    ]) {
      const finding = plan({ web: manifests }).findings.find(({ severity }) => severity === "error");
      assert.equal(finding?.code, "RENDER_FAILED");
      assert.equal(finding.place?.field, "applications.web.path");
    }
  });

  it("reports a cycle of dependencies, with every application still in the plan", () => {
    const spec = environment({
      applications: {
        a: application({ dependsOn: ["b"] }),
        b: application({ dependsOn: ["a"] }),
        c: application({ dependsOn: ["a"] }),
      },
    });
    const rendered = { a: [manifest(configMap("a"))], b: [manifest(configMap("b"))], c: [manifest(configMap("c"))] };
    const { plan: result, findings } = plan(rendered, { spec });
    assert.deepEqual(
      findings.map(({ code, message, place }) => [code, message, place?.field]),
      [["DEPENDENCY_CYCLE", "Applications wait for each other: a → b → a.", "applications.a.dependsOn"]],
    );
    assert.equal(result.applications.length, 3);
  });

  it("gives the same plan whatever the order of its input", () => {
    const manifests = [
      manifest(object("apps/v1", "Deployment", "web"), { line: 1 }),
      manifest(object("v1", "Service", "web"), { line: 2 }),
      manifest(object("v1", "Secret", "web"), { line: 3 }),
      manifest(configMap("a"), { line: 4 }),
      manifest(configMap("a"), { line: 5 }),
      manifest(configMap("b", "kube-system"), { line: 6 }),
      manifest(object("v1", "Pod", "x", { metadata: { annotations: { "helm.sh/hook": "test" } } }), { line: 7 }),
    ];
    const names = ["a", "b", "c", "d"];
    const specOf = (order: readonly string[]) =>
      environment({
        applications: Object.fromEntries(
          order.map((name) => [name, application({ dependsOn: name === "a" ? ["c", "d"] : [] })]),
        ),
        tenants: Object.fromEntries(
          order.map((name) => (name === "a" ? ["shop", tenant()] : [name, tenant({ namespaces: [`ns-${name}`] })])),
        ),
      });
    const all = Object.fromEntries(names.map((name) => [name, manifests]));
    const expected = plan(all, { spec: specOf(names) });
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.shuffledSubarray(manifests, { minLength: manifests.length }),
        (order, shuffled) => {
          const rendered = Object.fromEntries(order.map((name) => [name, shuffled]));
          assert.deepEqual(plan(rendered, { spec: specOf(order) }), expected);
        },
      ),
    );
  });

  it("has another digest for another commit, object, cluster, policy or setting, and the same for another line", () => {
    const base = plan({ web: [manifest(configMap("a"))] }).plan;
    const moved = plan({ web: [manifest(configMap("a"), { line: 9 })] }).plan;
    assert.equal(moved.digest, base.digest);
    const others = [
      plan({ web: [manifest(configMap("b"))] }).plan,
      plan({ web: [manifest(configMap("a"))] }, { revision: "f".repeat(40) }).plan,
      plan({ web: [manifest(configMap("a"))] }, { policyPacks: [{ path: "policies", digest: "sha256:1" }] }).plan,
      ...[
        environment({ name: "prod" }),
        environment({ clusters: { eu: { local: { name: "other" } } } }),
        environment({ policy: policy.parse({ config: { limits: "advisory" } }) }),
        environment({ tenants: { shop: tenant({ podSecurity: "baseline" }) } }),
        environment({ applications: { web: application({ health: { timeout: "6m" } }) } }),
      ].map((spec) => plan({ web: [manifest(configMap("a"))] }, { spec }).plan),
    ];
    const digests = new Set([base, ...others].map(({ digest }) => digest));
    assert.equal(digests.size, others.length + 1);
    assert.equal(others[1]?.applications[0]?.digest, base.applications[0]?.digest);
  });

  it("plans 20,000 objects in seconds", () => {
    const manifests = Array.from({ length: 20_000 }, (_, at) => manifest(configMap(`c${at}`), { line: at + 1 }));
    const started = performance.now();
    const { findings, plan: result } = plan({ web: manifests });
    assert.deepEqual(findings, []);
    assert.equal(result.applications[0]?.objects.length, 20_000);
    assert.ok(performance.now() - started < 10_000);
  });
});
