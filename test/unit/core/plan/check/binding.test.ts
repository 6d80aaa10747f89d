import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, KubernetesObject } from "../../../../../core/manifest/manifest.ts";
import { checkBinding } from "../../../../../core/plan/check/binding.ts";
import { allow, application, configMap, environment, manifest, object, plan, tenant } from "../fixture.ts";

const shop = tenant({
  namespaces: ["shop", "jobs"],
  access: { admin: ["group:leads"], edit: ["user:ann@example.com"], view: ["group:all"] },
  allow: allow({ roleBindings: ["group:auditors", "serviceaccount:monitoring/prometheus"] }),
});

function binding(subjects: Json, kind = "RoleBinding"): KubernetesObject {
  const metadata = kind === "RoleBinding" ? { namespace: "shop" } : {};
  return object("rbac.authorization.k8s.io/v1", kind, "b", { metadata, subjects });
}

function found(value: KubernetesObject, rules = shop): readonly (string | undefined)[] {
  const foreign = new Map([["bank", "bank"]]);
  const problems = checkBinding(value, { name: "shop", tenant: rules, shared: new Set(["gateway"]), foreign });
  return problems.map(({ message }) => /rights to "(.*)", whom/.exec(message)?.[1]);
}

const rbac = "rbac.authorization.k8s.io";
const group = (name: string): Json => ({ kind: "Group", name, apiGroup: rbac });
const user = (name: string): Json => ({ kind: "User", name, apiGroup: rbac });
const account = (namespace: string, name = "a"): Json => ({ kind: "ServiceAccount", name, namespace });

describe("bindings of an application", () => {
  for (const [what, subject] of [
    ["accounts of its namespace", account("shop")],
    ["accounts of another namespace of the tenant", account("jobs")],
    ["accounts of its namespace without saying so", { kind: "ServiceAccount", name: "a" }],
    ["accounts of its namespaces as a group", group("system:serviceaccounts:jobs")],
    ["an account as a user", user("system:serviceaccount:shop:a")],
    ["a group of the tenant", group("leads")],
    ["a user of the tenant", user("ann@example.com")],
    ["a group that the tenant is allowed", group("auditors")],
    ["an account that the tenant is allowed", account("monitoring", "prometheus")],
    ["an account of a tenant that shares", account("gateway")],
    // References to another tenant are refused by a check of their own, and once is enough.
    ["an account of a tenant that does not, as far as this check goes", account("bank")],
  ] as const) {
    it(`may give rights to ${what}`, () => assert.deepEqual(found(binding([subject])), []));
  }

  for (const [subject, name] of [
    [group("system:authenticated"), "group:system:authenticated"],
    [group("system:masters"), "group:system:masters"],
    [group("system:serviceaccounts"), "group:system:serviceaccounts"],
    [group("ann@example.com"), "group:ann@example.com"],
    [user("leads"), "user:leads"],
    [user("system:serviceaccount:kube-system:default"), "user:system:serviceaccount:kube-system:default"],
    [account("kube-system", "default"), "serviceaccount:kube-system/default"],
    [account("monitoring", "grafana"), "serviceaccount:monitoring/grafana"],
  ] as const) {
    it(`may not give rights to ${name}`, () => assert.deepEqual(found(binding([subject])), [name]));
  }

  it("are told with every subject at once", () => {
    const value = binding([group("x"), account("shop"), user("y")]);
    const problems = checkBinding(value, { name: "shop", tenant: shop, shared: new Set(), foreign: new Map() });
    assert.deepEqual(
      problems.map(({ field }) => field),
      ["subjects[0]", "subjects[2]"],
    );
  });

  it("are looked at on the cluster too, and nothing else is", () => {
    assert.deepEqual(found(binding([group("x")], "ClusterRoleBinding")), ["group:x"]);
    assert.deepEqual(found(configMap("a")), []);
    assert.deepEqual(found(binding(null)), []);
  });

  it("are those of the platform where a team deploys as the environment", () => {
    assert.deepEqual(found(binding([group("system:authenticated")]), tenant({ deployAs: "environment" })), []);
  });

  it("are refused once where they name another tenant", () => {
    const tenants = { shop: tenant(), bank: tenant({ namespaces: ["bank"] }) };
    const spec = environment({ tenants, applications: { web: application() } });
    const value = manifest(binding([account("bank"), group("x")]));
    const codes = plan({ web: [manifest(configMap("a")), value] }, { spec }).findings.map(({ place }) => place?.field);
    assert.deepEqual(codes, ["subjects[0].namespace", "subjects[1]"]);
  });
});
