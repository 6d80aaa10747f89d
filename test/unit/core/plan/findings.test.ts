import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatFinding } from "../../../../core/errors/finding.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { allow, application, configMap, environment, manifest, object, plan, tenant } from "./fixture.ts";

const annotated = (annotations: Record<string, string>): KubernetesObject =>
  object("v1", "ConfigMap", "a", { metadata: { annotations } });

/** Code and field of what is found about one object. */
function findings(value: KubernetesObject): readonly (readonly [string, string | undefined])[] {
  const found = plan({ web: [manifest(value, { line: 4 })] }).findings;
  for (const finding of found) {
    assert.equal(finding.severity, "error");
    assert.equal(finding.place?.file, "web.yaml");
    assert.equal(finding.place.line, 4);
    assert.match(finding.message, /^Application "web", /);
    assert.equal(formatFinding(finding).split("\n").length, 2);
  }
  return found.map(({ code, place }) => [code, place?.field]);
}

describe("findings of a plan", () => {
  const namespaced = [configMap("a"), configMap("a", "shop"), object("apps/v1", "Deployment", "a")];
  for (const value of namespaced) {
    it(`lets a tenant hold ${value.kind} in its namespace`, () => assert.deepEqual(findings(value), []));
  }

  const denied: readonly (readonly [string, KubernetesObject, string])[] = [
    ["another namespace", configMap("a", "kube-system"), "metadata.namespace"],
    ["a Namespace", object("v1", "Namespace", "mine"), "kind"],
    ["a ClusterRole", object("rbac.authorization.k8s.io/v1", "ClusterRole", "a"), "kind"],
    ["a ClusterRoleBinding", object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "a"), "kind"],
    ["a definition", object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "a.example.com"), "kind"],
    ["a webhook", object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "a"), "kind"],
    ["an unknown kind", object("example.com/v1", "Widget", "a"), "kind"],
    ["an unknown kind of a built-in group", object("apps/v1", "Widget", "a"), "kind"],
    ["a kind that is built in elsewhere", object("example.com/v1", "Deployment", "a"), "kind"],
    ["a kind called constructor", object("v1", "constructor", "a"), "kind"],
  ];
  for (const [what, value, field] of denied) {
    it(`denies a tenant ${what}`, () => assert.deepEqual(findings(value), [["SCOPE_DENIED", field]]));
  }

  it("lists every offender at once", () => {
    const offenders = denied.map(([, value], at) => manifest(value, { line: at + 1 }));
    const codes = plan({ web: offenders }).findings.map(({ code }) => code);
    assert.deepEqual(
      codes,
      offenders.map(() => "SCOPE_DENIED"),
    );
  });

  describe("custom kinds", () => {
    const definition = (scope: string): KubernetesObject =>
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
        spec: { group: "example.com", scope, names: { kind: "Widget" } },
      });
    const widget = (namespace?: string): KubernetesObject =>
      object("example.com/v1", "Widget", "a", namespace === undefined ? {} : { metadata: { namespace } });
    const check = (
      values: readonly KubernetesObject[],
      clusterKinds: readonly string[],
      namespacedKinds: readonly string[],
    ) => {
      const kinds = allow({ clusterKinds: [...clusterKinds], namespacedKinds: [...namespacedKinds] });
      const spec = environment({ tenants: { shop: tenant({ allow: kinds }) } });
      const { plan: result, findings: found } = plan({ web: values.map((value) => manifest(value)) }, { spec });
      const names = result.applications[0]?.objects.map(({ resourceName }) => resourceName);
      return { codes: found.map(({ code }) => code), last: names?.at(-1), message: found[0]?.message };
    };
    const crd = "CustomResourceDefinition.apiextensions.k8s.io";

    it("take their scope from a definition in the plan", () => {
      const inNamespace = check([widget(), definition("Namespaced")], [crd], ["Widget.example.com"]);
      assert.deepEqual(inNamespace.codes, []);
      assert.equal(inNamespace.last, "eu/shop/Widget.example.com/a");
      const inCluster = check([widget(), definition("Cluster")], [crd, "Widget.example.com"], []);
      assert.deepEqual(inCluster.codes, []);
      assert.equal(inCluster.last, "eu/_/Widget.example.com/a");
    });

    it("need permission, whatever their scope", () => {
      assert.deepEqual(check([widget(), definition("Namespaced")], [crd], []).codes, ["SCOPE_DENIED"]);
      assert.deepEqual(check([widget(), definition("Cluster")], [crd], []).codes, ["SCOPE_DENIED"]);
      assert.deepEqual(check([widget(), definition("Cluster")], [crd], ["Widget.example.com"]).codes, ["SCOPE_DENIED"]);
    });

    it("are namespaced where only the tenant's permission knows them, and stay in its namespaces", () => {
      const allowed = check([widget()], [], ["Widget.example.com"]);
      assert.deepEqual(allowed.codes, []);
      assert.equal(allowed.last, "eu/shop/Widget.example.com/a");
      assert.deepEqual(check([widget("kube-system")], [], ["Widget.example.com"]).codes, ["SCOPE_DENIED"]);
    });

    it("cannot redefine a built-in kind", () => {
      const forged = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "x.rbac.authorization.k8s.io", {
        spec: { group: "rbac.authorization.k8s.io", scope: "Namespaced", names: { kind: "ClusterRole" } },
      });
      const role = object("rbac.authorization.k8s.io/v1", "ClusterRole", "a");
      assert.deepEqual(check([role, forged], [crd], []).codes, ["SCOPE_DENIED"]);
    });
  });

  const reserved: readonly string[] = [
    "driftless.dev/application",
    "driftless.dev/environment",
    "driftless.dev/origin",
    "driftless.dev/anything",
    "x.driftless.dev/anything",
    "pulumi.com/patchForce",
    "pulumi.com/skipAwait",
    "PULUMI.com/patchForce",
    "kubectl.kubernetes.io/last-applied-configuration",
  ];
  for (const name of reserved) {
    it(`refuses the annotation ${name}`, () => {
      assert.deepEqual(findings(annotated({ [name]: "x" })), [
        ["RESERVED_METADATA", `metadata.annotations["${name}"]`],
      ]);
    });
  }
  it("refuses our names as labels, the user's annotations among them", () => {
    const value = object("v1", "ConfigMap", "a", {
      metadata: { labels: { "driftless.dev/wave": "1", "pulumi.com/x": "1" } },
    });
    assert.deepEqual(
      findings(value).map(([code]) => code),
      ["RESERVED_METADATA", "RESERVED_METADATA"],
    );
  });
  it("accepts the annotations that are the user's, and those of others", () => {
    const values = Object.fromEntries(["notpulumi.com/x", "example.com/driftless.dev"].map((name) => [name, "1"]));
    const own = {
      "driftless.dev/wave": "1",
      "driftless.dev/prune": "confirm",
      "driftless.dev/replace": "true",
      "driftless.dev/force-conflicts": "true",
    };
    assert.deepEqual(findings(annotated({ ...values, ...own })), []);
  });

  it("refuses an object over 1.5 MiB, after everything that is added to it", () => {
    const withData = (bytes: number) => object("v1", "ConfigMap", "a", { data: { a: "x".repeat(bytes) } });
    assert.deepEqual(findings(withData(1_572_864 - 500)), []);
    assert.deepEqual(findings(withData(1_572_864 - 200)), [["OBJECT_TOO_LARGE", undefined]]);
    assert.deepEqual(findings(object("v1", "ConfigMap", "a", { data: { a: "ä".repeat(800_000) } })), [
      ["OBJECT_TOO_LARGE", undefined],
    ]);
  });
  it("refuses annotations over 256 KiB together", () => {
    assert.deepEqual(findings(annotated({ a: "x".repeat(262_000) })), []);
    assert.deepEqual(findings(annotated({ a: "x".repeat(262_144) })), [["OBJECT_TOO_LARGE", "metadata.annotations"]]);
  });

  it("refuses versions and kinds that would blur an identity", () => {
    assert.deepEqual(
      findings(object("apps/v1/x", "Deployment", "a")).map(([code]) => code),
      ["SCHEMA_INVALID"],
    );
    assert.ok(findings(object("v1", "Config/Map", "a")).some(([code]) => code === "SCHEMA_INVALID"));
  });

  it("finds an object that stands twice in an application, with both places", () => {
    const { findings: found } = plan({
      web: [
        manifest(configMap("a"), { path: "b.yaml", line: 9 }),
        manifest(configMap("a", "shop"), { path: "a.yaml", line: 3 }),
      ],
    });
    assert.deepEqual(found.map(formatFinding), [
      'b.yaml:9 (metadata.name): DUPLICATE_OBJECT Application "web", ConfigMap shop/a: it is defined twice, first in a.yaml:3.\n' +
        "  fix: Remove one of the two, or rename it.",
    ]);
  });
  it("takes another API version of an object for the same object", () => {
    const { findings: found } = plan({
      web: [manifest(object("apps/v1", "Deployment", "a")), manifest(object("apps/v1beta1", "Deployment", "a"))],
    });
    assert.deepEqual(
      found.map(({ code }) => code),
      ["DUPLICATE_OBJECT"],
    );
  });

  it("finds an object that two applications own, once for all clusters", () => {
    const clusters = ["eu", "us"];
    const spec = environment({
      clusters: { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } },
      tenants: { shop: tenant({ clusters }) },
      applications: { api: application({ clusters }), web: application({ clusters }) },
    });
    const { findings: found } = plan(
      { web: [manifest(configMap("a"), { line: 8 })], api: [manifest(configMap("a"), { path: "api.yaml", line: 2 })] },
      { spec },
    );
    assert.equal(found.length, 1);
    assert.equal(found[0]?.code, "OWNED_BY_OTHER_APP");
    assert.match(found[0].message, /^Application "web", .* application "api" owns it too \(api.yaml:2\)\.$/);
    assert.equal(found[0].place?.line, 8);
  });
  it("lets two applications hold objects of one name on different clusters", () => {
    const spec = environment({
      clusters: { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } },
      tenants: { shop: tenant({ clusters: ["eu", "us"] }) },
      applications: { api: application({ clusters: ["eu"] }), web: application({ clusters: ["us"] }) },
    });
    assert.deepEqual(plan({ web: [manifest(configMap("a"))], api: [manifest(configMap("a"))] }, { spec }).findings, []);
  });

  it("keeps the tenant's own objects from its applications", () => {
    const own: readonly KubernetesObject[] = [
      object("v1", "Namespace", "shop"),
      object("networking.k8s.io/v1", "NetworkPolicy", "driftless-default-deny"),
      object("v1", "ServiceAccount", "driftless-deployer"),
    ];
    for (const value of own) assert.deepEqual(findings(value), [["OWNED_BY_OTHER_APP", "metadata.name"]]);
  });
  it("keeps a namespace to one tenant on a cluster", () => {
    const spec = environment({ tenants: { shop: tenant(), thief: tenant({ namespaces: ["mine", "shop"] }) } });
    const { findings: found } = plan({ web: [manifest(configMap("a"))] }, { spec });
    assert.deepEqual(
      found.map(({ code, place }) => [code, place?.field]),
      [["OWNED_BY_OTHER_APP", "tenants.thief.namespaces"]],
    );
  });
});
