import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject } from "../../../core/manifest/manifest.ts";
import { rbacNoWildcards } from "../../../policies/rules/rbac-no-wildcards.ts";
import { messagesOf } from "../evaluate.ts";
import { role } from "../rbac-objects.ts";

const pods: JsonObject = { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] };
const everyField = { fields: ["verbs", "resources", "apiGroups", "nonResourceURLs"] };

describe("rbac-no-wildcards", () => {
  it("accepts roles that name what they allow", () => {
    assert.deepEqual(messagesOf(rbacNoWildcards, role(pods), everyField), []);
    assert.deepEqual(
      messagesOf(rbacNoWildcards, role({ nonResourceURLs: ["/healthz", "/healthz/*"], verbs: ["get"] }), everyField),
      [],
    );
    assert.deepEqual(messagesOf(rbacNoWildcards, role(), everyField), []);
  });

  for (const [change, field, value] of [
    [{ verbs: ["*"] }, "verbs", "*"],
    [{ resources: ["*"] }, "resources", "*"],
    [{ resources: ["secrets", "*/scale"] }, "resources", "*/scale"],
    [{ resources: ["pods/*"] }, "resources", "pods/*"],
    [{ nonResourceURLs: ["*"] }, "nonResourceURLs", "*"],
    [{ nonResourceURLs: ["/*"] }, "nonResourceURLs", "/*"],
  ] as const) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      for (const kind of ["Role", "ClusterRole"]) {
        const object = role({ ...pods, ...change }, kind);
        assert.deepEqual(messagesOf(rbacNoWildcards, object), [`the role allows ${field} "${value}"`]);
      }
    });
  }

  it("looks at the groups of the API where the settings say so", () => {
    const object = role({ ...pods, apiGroups: ["*"] });
    assert.deepEqual(messagesOf(rbacNoWildcards, object), []);
    assert.deepEqual(messagesOf(rbacNoWildcards, object, everyField), ['the role allows apiGroups "*"']);
    assert.deepEqual(messagesOf(rbacNoWildcards, role({ ...pods, verbs: ["*"] }), { fields: ["resources"] }), []);
  });

  it("refuses to take in every ClusterRole", () => {
    const check = (selector: Json) => {
      const aggregationRule = { clusterRoleSelectors: [selector] };
      return messagesOf(rbacNoWildcards, { ...role(pods, "ClusterRole"), aggregationRule });
    };
    for (const all of [{}, { matchLabels: {} }, { matchExpressions: [] }])
      assert.deepEqual(check(all), ["the role takes in the rules of every ClusterRole"]);
    assert.deepEqual(check({ matchLabels: { "aggregate-to-view": "true" } }), []);
    assert.deepEqual(check({ matchExpressions: [{ key: "a", operator: "Exists" }] }), []);
  });

  it("leaves roles of other APIs alone", () => {
    const object = { ...role({ ...pods, verbs: ["*"] }), apiVersion: "iam.example.com/v1" };
    assert.deepEqual(messagesOf(rbacNoWildcards, object), []);
  });
});
