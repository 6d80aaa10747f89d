import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { impersonating } from "../../../../core/cluster/impersonate.ts";

const user = "system:serviceaccount:shop:driftless-deployer";

describe("impersonating", () => {
  it("keeps how the cluster lets us in, and takes on the other identity", () => {
    const content = {
      contexts: [{ name: "eu", context: { cluster: "eu", user: "ci", namespace: "x" } }],
      users: [{ name: "ci", user: { token: "secret" } }],
      clusters: [{ name: "eu", cluster: { server: "https://127.0.0.1" } }],
    };
    assert.deepEqual(JSON.parse(impersonating(JSON.stringify(content), user)), {
      ...content,
      users: [{ name: "ci", user: { token: "secret", as: user } }],
    });
  });

  it("takes on nobody beside the other identity, whoever the kubeconfig names", () => {
    const own = { token: "secret", as: "admin", "as-uid": "1", "as-groups": ["system:masters"], "as-user-extra": {} };
    const content = { contexts: [], users: [{ name: "ci", user: own }] };
    const { users } = JSON.parse(impersonating(JSON.stringify(content), user)) as { users: unknown };
    assert.deepEqual(users, [{ name: "ci", user: { token: "secret", as: user } }]);
  });

  it("names a user where the kubeconfig has none", () => {
    const content = { contexts: [{ name: "eu", context: { cluster: "eu" } }], users: [] };
    assert.deepEqual(JSON.parse(impersonating(JSON.stringify(content), user)), {
      contexts: [{ name: "eu", context: { cluster: "eu", user: "anonymous" } }],
      users: [{ name: "anonymous", user: { as: user } }],
    });
  });
});
