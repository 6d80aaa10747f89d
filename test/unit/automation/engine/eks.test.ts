import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { refuseLost } from "../../../../automation/engine/eks.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import type { StateExport } from "../../../../automation/engine/types.ts";
import type { ClusterSpec } from "../../../../core/environment/spec.ts";

const eu: ClusterSpec = { eks: { existing: "dev-eu", region: "eu-central-1" } };

function stateWith(...names: readonly string[]): StateExport {
  const resources = names.map((name) => ({
    urn: `urn:pulumi:dev::driftless::driftless:index:Environment$driftless:index:Cluster$aws:eks/cluster:Cluster::${name}`,
    inputs: { name },
  }));
  return { version: 3, deployment: { resources } };
}

describe("EKS clusters that AWS does not have", () => {
  it("are still to be made where the state does not hold them", () => {
    refuseLost({ eu }, {}, undefined);
    refuseLost({ eu }, {}, stateWith("dev-us"));
  });

  it("are lost where it does, and nothing goes on", () => {
    assert.throws(
      () => refuseLost({ eu }, {}, stateWith("dev-eu")),
      (error) => error instanceof DriftlessError && error.code === "EKS_CLUSTER_LOST",
    );
  });

  it("are not asked for where AWS has them", () => {
    refuseLost({ eu }, { eu }, stateWith("dev-eu"));
  });
});
