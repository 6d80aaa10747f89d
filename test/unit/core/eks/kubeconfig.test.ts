import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { impersonating } from "../../../../core/cluster/impersonate.ts";
import { eksKubeconfig } from "../../../../core/eks/kubeconfig.ts";

const address = { name: "dev-eu", region: "eu-central-1", endpoint: "https://a.example.com", authority: "UEVN" };

describe("the kubeconfig of an EKS cluster", () => {
  it("names a command instead of a secret, and is the same every time", () => {
    const content = eksKubeconfig(address);
    assert.equal(content, eksKubeconfig({ ...address }));
    const { users } = JSON.parse(content) as { users: readonly unknown[] };
    assert.deepEqual(users, [
      {
        name: "dev-eu",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "driftless",
            args: ["eks", "token", "dev-eu", "--region", "eu-central-1"],
            interactiveMode: "Never",
            provideClusterInfo: false,
            installHint: "`driftless` has to be on PATH: `driftless doctor --shell` puts it there.",
          },
        },
      },
    ]);
  });

  it("holds a token in its place for a call at once", () => {
    const { users } = JSON.parse(eksKubeconfig(address, "t")) as { users: readonly unknown[] };
    assert.deepEqual(users, [{ name: "dev-eu", user: { token: "t" } }]);
  });

  it("keeps the command for whoever acts as another user", () => {
    const content = impersonating(eksKubeconfig(address), "system:serviceaccount:shop:deployer");
    const { users } = JSON.parse(content) as { users: readonly { user: object }[] };
    assert.deepEqual(Object.keys(users[0]?.user ?? {}).sort(), ["as", "exec"]);
  });
});
