import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Cluster } from "../../../components/cluster/cluster.ts";
import { record } from "../recorder.ts";

describe("a cluster", () => {
  it("keeps its kubeconfig secret, and its identity whatever the kubeconfig says", async () => {
    const { resources } = await record(
      () => new Cluster("eu", { environment: "dev", access: { kubeconfig: "secret", context: "ctx" } }),
    );
    const inputs = resources.get("eu-provider")?.inputs;
    assert.deepEqual(inputs?.["kubeconfig"], { secret: "secret" });
    assert.equal(inputs["context"], "ctx");
    assert.equal(inputs["clusterIdentifier"], "dev/eu");
  });

  it("leaves nothing of how it works to the environment variables of the machine", async () => {
    const { resources } = await record(
      () => new Cluster("eu", { environment: "dev", access: { kubeconfig: "secret", context: "ctx" } }),
    );
    const inputs = resources.get("eu-provider")?.inputs ?? {};
    const { kubeconfig, context, clusterIdentifier, kubeClientSettings, ...switches } = inputs;
    assert.deepEqual([kubeconfig, context, clusterIdentifier].includes(undefined), false);
    assert.deepEqual(kubeClientSettings, '{"qps":2000,"burst":4000}');
    assert.deepEqual(switches, {
      enableServerSideApply: "true",
      upsertExistingObjects: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
      deleteUnreachable: "false",
      skipUpdateUnreachable: "false",
      suppressDeprecationWarnings: "false",
      suppressHelmHookWarnings: "true",
    });
  });
});
