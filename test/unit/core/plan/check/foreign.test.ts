import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { checkForeign } from "../../../../../core/plan/check/foreign.ts";
import type { Json, KubernetesObject } from "../../../../../core/manifest/manifest.ts";
import { application, configMap, environment, manifest, object, plan, tenant } from "../fixture.ts";

const bank = new Map([["bank", "bank"]]);

function found(value: KubernetesObject): readonly (string | undefined)[] {
  return checkForeign(value, bank).map(({ field }) => field);
}

const binding = (subject: Readonly<Record<string, Json>>): KubernetesObject =>
  object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", { subjects: [subject] });

describe("references to another tenant", () => {
  for (const [what, value, field] of [
    [
      "an account in a RoleBinding",
      binding({ kind: "ServiceAccount", name: "a", namespace: "bank" }),
      "subjects[0].namespace",
    ],
    ["an account as a user", binding({ kind: "User", name: "system:serviceaccount:bank:a" }), "subjects[0].name"],
    ["all accounts as a group", binding({ kind: "Group", name: "system:serviceaccounts:bank" }), "subjects[0].name"],
    [
      "a Service behind a route",
      object("gateway.networking.k8s.io/v1", "HTTPRoute", "r", {
        spec: { rules: [{ backendRefs: [{ name: "api", namespace: "bank" }] }] },
      }),
      "spec.rules[0].backendRefs[0].namespace",
    ],
    [
      "a Service by an external name",
      object("v1", "Service", "s", { spec: { type: "ExternalName", externalName: "api.bank.svc.cluster.local" } }),
      "spec.externalName",
    ],
    [
      "a Secret in an annotation",
      object("networking.k8s.io/v1", "Ingress", "i", {
        metadata: { annotations: { "nginx.ingress.kubernetes.io/auth-secret": "bank/users" } },
      }),
      'metadata.annotations["nginx.ingress.kubernetes.io/auth-secret"]',
    ],
    [
      "a Service by its host in an annotation",
      object("networking.k8s.io/v1", "Ingress", "i", {
        metadata: {
          annotations: { "nginx.ingress.kubernetes.io/auth-url": "http://login.bank.svc.cluster.local/check" },
        },
      }),
      'metadata.annotations["nginx.ingress.kubernetes.io/auth-url"]',
    ],
    [
      "a list of namespaces",
      object("example.com/v1", "Mirror", "m", { spec: { targetNamespaces: ["shop", "bank"] } }),
      "spec.targetNamespaces[1]",
    ],
  ] as const) {
    it(`are found: ${what}`, () => assert.deepEqual(found(value), [field]));
  }

  for (const [what, value] of [
    ["its own namespace", binding({ kind: "ServiceAccount", name: "a", namespace: "shop" })],
    ["a name that only begins like it", binding({ kind: "User", name: "system:serviceaccount:bank-2:a" })],
    ["a word in the data of a ConfigMap", object("v1", "ConfigMap", "c", { data: { url: "http://api.bank.svc" } })],
    ["a path in an annotation", object("v1", "ConfigMap", "c", { metadata: { annotations: { path: "/bank/users" } } })],
    [
      "a host elsewhere in an annotation",
      object("v1", "ConfigMap", "c", { metadata: { annotations: { url: "https://login.bank.svc-2.example.com" } } }),
    ],
    ["an external name elsewhere", object("v1", "Service", "s", { spec: { externalName: "bank.example.com" } })],
  ] as const) {
    it(`are not ${what}`, () => assert.deepEqual(found(value), []));
  }

  const value = manifest(
    object("v1", "Service", "s", { spec: { type: "ExternalName", externalName: "api.bank.svc.cluster.local" } }),
  );
  const codes = (other: Parameters<typeof tenant>[0]): readonly string[] => {
    const tenants = { shop: tenant(), bank: tenant({ namespaces: ["bank"], ...other }) };
    const clusters = { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } };
    const spec = environment({ clusters, tenants, applications: { web: application() } });
    return plan({ web: [manifest(configMap("a")), value] }, { spec }).findings.map(({ code }) => code);
  };

  it("are refused, unless that tenant shares what it has or is on other clusters only", () => {
    assert.deepEqual(codes({}), ["SCOPE_DENIED"]);
    assert.deepEqual(codes({ sharedWith: ["shop"] }), []);
    assert.deepEqual(codes({ sharedWith: ["*"] }), []);
    assert.deepEqual(codes({ sharedWith: ["bank"] }), ["SCOPE_DENIED"]);
    assert.deepEqual(codes({ clusters: ["us"] }), []);
  });
});
