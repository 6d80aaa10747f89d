import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { rbacNoEscalation } from "../../../policies/rules/rbac-no-escalation.ts";
import { messagesOf, subject } from "../evaluate.ts";
import { role } from "../rbac-objects.ts";

const rbac = "rbac.authorization.k8s.io";
const all = {
  controls: [
    ...["escalate", "bind", "impersonate", "service-account-tokens", "node-proxy", "certificates"],
    ...["secrets", "webhooks", "persistent-volumes", "namespaces"],
  ],
};

function rule(group: string, resource: string, ...verbs: string[]): JsonObject {
  return { apiGroups: [group], resources: [resource], verbs };
}

function controlsOf(grant: JsonObject, settings: JsonObject = {}): readonly (string | undefined)[] {
  return rbacNoEscalation.checkSubject(subject(role(grant)), settings).map(({ control }) => control);
}

const refused: [control: string, grant: JsonObject][] = [
  ["escalate", rule(rbac, "roles", "escalate")],
  ["escalate", rule(rbac, "clusterroles", "get", "escalate")],
  ["escalate", { apiGroups: ["*"], resources: ["*"], verbs: ["escalate"] }],
  ["bind", rule(rbac, "clusterroles", "bind")],
  ["bind", { ...rule(rbac, "clusterroles", "bind"), resourceNames: ["cluster-admin"] }],
  ["impersonate", rule("", "users", "impersonate")],
  ["impersonate", rule("", "serviceaccounts", "*")],
  ["impersonate", rule("authentication.k8s.io", "userextras/scopes", "impersonate")],
  ["impersonate", rule("authentication.k8s.io", "users", "impersonate:user-info")],
  ["impersonate", rule("", "pods", "impersonate-on:user-info:list")],
  ["service-account-tokens", rule("", "serviceaccounts/token", "create")],
  ["service-account-tokens", rule("", "*/token", "create")],
  ["node-proxy", rule("", "nodes/proxy", "get")],
  ["certificates", rule("certificates.k8s.io", "certificatesigningrequests/approval", "update")],
  ["certificates", rule("certificates.k8s.io", "signers", "approve")],
  ["secrets", rule("", "secrets", "list")],
  ["secrets", rule("", "secrets", "watch")],
  ["webhooks", rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch")],
  ["persistent-volumes", rule("", "persistentvolumes", "create")],
  ["namespaces", rule("", "namespaces", "patch")],
];

const accepted: JsonObject[] = [
  rule("", "pods", "get", "list", "create"),
  rule("", "secrets", "get"),
  rule("", "serviceaccounts", "create", "get"),
  rule("", "nodes", "get"),
  rule("", "namespaces", "get", "create"),
  rule("", "persistentvolumes", "get"),
  rule("", "persistentvolumeclaims", "create"),
  rule("certificates.k8s.io", "certificatesigningrequests", "create"),
  rule(rbac, "roles", "create", "update"),
  rule("apis.example.com", "roles", "bind", "escalate"),
  rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get"),
  rule("apps", "deployments", "*"),
];

describe("rbac-no-escalation", () => {
  for (const [control, grant] of refused) {
    it(`finds ${control} in ${JSON.stringify(grant)}`, () => assert.deepEqual(controlsOf(grant, all), [control]));
  }

  for (const grant of accepted) {
    it(`accepts ${JSON.stringify(grant)}`, () => assert.deepEqual(controlsOf(grant, all), []));
  }

  it("says once of a role that allows everything that it does", () => {
    const grant = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
    assert.deepEqual(messagesOf(rbacNoEscalation, role(grant, "ClusterRole")), ["who has the role may do everything"]);
  });

  it("says what the holder of the role may do", () => {
    assert.deepEqual(messagesOf(rbacNoEscalation, role(rule("", "users", "impersonate"))), [
      "who has the role may act as others",
    ]);
  });

  it("lets the roles be bound that the settings name", () => {
    const grant = (...resourceNames: string[]) => ({ ...rule(rbac, "clusterroles", "bind"), resourceNames });
    const settings = { bindable: ["view", "edit"] };
    assert.deepEqual(controlsOf(grant("view", "edit"), settings), []);
    assert.deepEqual(controlsOf(grant("view", "admin"), settings), ["bind"]);
    assert.deepEqual(controlsOf(grant(), settings), ["bind"]);
  });

  it("leaves to the settings what many operators need", () => {
    for (const resource of ["secrets", "namespaces", "persistentvolumes"])
      assert.deepEqual(controlsOf(rule("", resource, "list", "create", "patch")), []);
  });
});
