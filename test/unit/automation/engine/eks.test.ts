import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { lostClusters, refuseLost } from "../../../../automation/engine/eks.ts";
import { DriftlessError, failure } from "../../../../core/errors/error.ts";
import type { StateExport } from "../../../../automation/engine/types.ts";
import type { ClusterSpec } from "../../../../core/environment/spec.ts";
import { eksSpec } from "../../../support/eks.ts";

const eu: ClusterSpec = { eks: eksSpec() };
const mine = (): Promise<string> => Promise.resolve("123456789012");
const other = (): Promise<string> => Promise.resolve("210987654321");
const nobody = (): Promise<string> => Promise.reject(failure("AWS_CREDENTIALS", "There are none.", "Sign in."));

function stateWith(...names: readonly string[]): StateExport {
  const resources = names.map((name) => ({
    urn: "urn:pulumi:dev::driftless::driftless:index:Environment$driftless:index:Cluster$aws:eks/cluster:Cluster::eu/cluster",
    inputs: { name },
    outputs: { arn: `arn:aws:eks:eu-central-1:123456789012:cluster/${name}` },
  }));
  return { version: 3, deployment: { resources } };
}

/** What a refusal says, with what to do about it. */
async function refused(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DriftlessError);
  return error.findings.map(({ code, message, fix }) => `${code} ${message} ${fix}`).join("\n");
}

describe("EKS clusters that AWS does not have", () => {
  it("are still to be made where the state does not hold them", async () => {
    await refuseLost({ eu }, {}, undefined, nobody);
    await refuseLost({ eu }, {}, stateWith("dev-us"), nobody);
    assert.deepEqual([...(await lostClusters({ eu }, {}, stateWith("dev-us"), nobody))], []);
  });

  it("are lost where it does, and nothing goes on but a recovery", async () => {
    const said = await refused(refuseLost({ eu }, {}, stateWith("dev-eu"), mine));
    assert.match(said, /^EKS_CLUSTER_LOST .* of the account 123456789012, .* driftless recover <env> --cluster eu$/);
    assert.deepEqual([...(await lostClusters({ eu }, {}, stateWith("dev-eu"), mine))], ["eu"]);
  });

  it("are looked for in the wrong place where account or region are others: nothing is made there", async () => {
    const us: ClusterSpec = { eks: { ...eksSpec(), region: "us-east-1" } };
    for (const [clusters, ask, words] of [
      [{ eu }, other, /of the AWS account 210987654321, and .* in the account 123456789012/],
      [{ eu: us }, mine, /in us-east-1, and it was made in eu-central-1: a cluster cannot move/],
    ] as const) {
      for (const judge of [refuseLost, lostClusters]) {
        const said = await refused(judge(clusters, {}, stateWith("dev-eu"), ask));
        assert.match(said, words);
        assert.doesNotMatch(said, /driftless recover/);
      }
    }
  });

  it("are not made anew by credentials of which nobody knows whose they are", async () => {
    assert.match(
      await refused(refuseLost({ eu }, {}, stateWith("dev-eu"), nobody)),
      /^EKS_CLUSTER_LOST .* get-caller-identity/,
    );
    assert.match(await refused(lostClusters({ eu }, {}, stateWith("dev-eu"), nobody)), /^AWS_CREDENTIALS/);
  });

  it("are not asked for where AWS has them", async () => {
    await refuseLost({ eu }, { eu }, stateWith("dev-eu"), nobody);
  });
});
