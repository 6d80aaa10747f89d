import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { canBeRebuilt, stateUrns } from "../../../../automation/engine/checkpoints.ts";

const urn = (type: string, name: string): string => `urn:pulumi:dev::driftless::${type}::${name}`;
const ours: readonly string[] = [
  urn("pulumi:pulumi:Stack", "driftless-dev"),
  urn("pulumi:providers:pulumi", "default"),
  urn("driftless:index:Environment", "dev"),
  urn("driftless:index:Environment$driftless:index:Cluster$pulumi:providers:kubernetes", "eu-provider"),
  urn("driftless:index:Application$pulumi:index:Stash", "application/web/ready"),
  urn("driftless:index:Application$kubernetes:apps/v1:Deployment", "eu/shop/Deployment.apps/web"),
];

describe("a state that can be rebuilt from the clusters", () => {
  it("holds Kubernetes objects, their providers and what exists in the state alone", () => {
    assert.equal(canBeRebuilt([]), true);
    assert.equal(canBeRebuilt(ours), true);
  });

  const others: readonly (readonly [string, string])[] = [
    ["a resource of another provider", urn("aws:s3/bucket:Bucket", "assets")],
    ["another provider", urn("pulumi:providers:aws", "default")],
    ["a component of somebody else, which may hide anything", urn("acme:index:Platform", "platform")],
    ["a resource of another provider below one of ours", urn("driftless:index:Cluster$aws:eks/cluster:Cluster", "eu")],
    ["a Helm release, whose objects do not carry our metadata", urn("kubernetes:helm.sh/v3:Release", "redis")],
    ["an object that was not named by a plan", urn("kubernetes:core/v1:ConfigMap", "settings")],
    ["what is no URN", "nonsense"],
  ];
  for (const [what, other] of others) {
    it(`does not hold ${what}`, () => assert.equal(canBeRebuilt([...ours, other]), false));
  }

  it("is read from what the engine exports", () => {
    assert.deepEqual(stateUrns(undefined), []);
    assert.deepEqual(stateUrns({ version: 3, deployment: {} }), []);
    assert.deepEqual(stateUrns({ version: 3, deployment: { resources: ours.map((each) => ({ urn: each })) } }), ours);
  });
});
