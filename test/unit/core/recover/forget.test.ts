import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { keptIdentities, withIdentities } from "../../../../core/cluster/identity.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";
import { withoutClusters } from "../../../../core/recover/forget.ts";

const urn = (type: string, name: string): string => `urn:pulumi:dev::driftless::${type}::${name}`;
const application = urn("driftless:index:Application", "web");
const other = urn("driftless:index:Application", "api");
const object = (cluster: string): string => urn("kubernetes:core/v1:ConfigMap", `${cluster}/shop/ConfigMap/a`);
const step = (name: string): string => urn("pulumi:index:Stash", name);
const hook = (cluster: string): string => step(`application/web/hook/pre-deploy/${cluster}/shop/Job.batch/migrate`);

const deployment: { readonly resources: readonly JsonObject[]; readonly pending_operations: readonly JsonObject[] } = {
  resources: [
    { urn: urn("driftless:index:Cluster", "eu"), outputs: { uid: "1" } },
    { urn: urn("driftless:index:Cluster", "us"), outputs: {} },
    { urn: step("drift/baseline") },
    { urn: application },
    { urn: other },
    { urn: hook("eu"), parent: application },
    { urn: hook("us"), parent: application },
    { urn: object("eu"), parent: application, dependencies: [hook("eu"), hook("us")] },
    {
      ...{ urn: object("us"), parent: application, protect: true },
      ...{ dependencies: [hook("us")], propertyDependencies: { data: [hook("us")] } },
    },
    { urn: step("application/web/ready"), parent: application, dependencies: [object("eu"), object("us")] },
    {
      ...{ urn: step("application/api/ready"), parent: other, dependencies: [step("application/web/ready")] },
      ...{ propertyDependencies: { input: [step("application/web/ready"), object("eu")] } },
    },
  ],
  pending_operations: [
    { resource: { urn: object("us") }, type: "creating" },
    { resource: { urn: object("eu") }, type: "creating" },
  ],
};

describe("a state without what was on a lost cluster", () => {
  const left = withoutClusters(deployment, new Set(["us"]));
  const resources = left["resources"] as unknown as readonly Readonly<Record<string, unknown>>[];
  const urns = resources.map((each) => each["urn"]);

  it("keeps the objects and hooks of the others, and whoever has none there as it is", () => {
    for (const kept of [object("eu"), hook("eu"), step("application/api/ready"), step("drift/baseline"), application]) {
      assert.ok(urns.includes(kept), kept);
    }
  });

  it("loses its objects, protected ones too, its hooks, and the gates that are to be passed again", () => {
    for (const gone of [object("us"), hook("us"), step("application/web/ready")]) assert.ok(!urns.includes(gone), gone);
    assert.equal(urns.length, deployment.resources.length - 3);
  });

  it("refers to nothing that is gone, which the engine would refuse", () => {
    const text = JSON.stringify(left);
    for (const gone of [object("us"), hook("us"), step("application/web/ready")]) {
      assert.ok(!text.includes(JSON.stringify(gone)), gone);
    }
    assert.deepEqual(resources.find((each) => each["urn"] === object("eu"))?.["dependencies"], [hook("eu")]);
  });

  it("has no operations pending there", () => {
    assert.deepEqual(left["pending_operations"], [{ resource: { urn: object("eu") }, type: "creating" }]);
  });
});

describe("a state without a cluster that AWS does not have any more", () => {
  const part = (type: string, name: string): string => urn(`driftless:index:Cluster$aws:${type}`, name);
  const inside = [part("eks/cluster:Cluster", "eu/cluster"), part("eks/nodeGroup:NodeGroup", "eu/node-group/a")];
  const around = [
    part("ec2/vpc:Vpc", "eu/vpc"),
    part("iam/openIdConnectProvider:OpenIdConnectProvider", "eu/oidc-provider"),
  ];
  const others = [part("eks/cluster:Cluster", "us/cluster")];
  const resources = [
    { urn: urn("driftless:index:Cluster", "eu"), outputs: { uid: "1", more: "2" } },
    { urn: urn("driftless:index:Cluster", "us"), outputs: { uid: "3" } },
    ...[...inside, ...around, ...others].map((each) => ({ urn: each, dependencies: inside.slice(0, 1) })),
  ];
  const state = { resources, pending_operations: [{ resource: { urn: inside[1] ?? "" }, type: "creating" }] };
  const eu = new Set(["eu"]);

  it("loses what was in it and its identity, and keeps what is around it", () => {
    const left = withoutClusters(state, eu, eu);
    const text = JSON.stringify(left);
    for (const gone of inside) assert.ok(!text.includes(gone), gone);
    for (const kept of [...around, ...others]) assert.ok(text.includes(kept), kept);
    assert.deepEqual([...keptIdentities(left)], [["us", "3"]]);
    assert.match(text, /"outputs":\{"more":"2"\}/);
  });

  it("keeps all of that where the cluster is there and only what it held is lost", () => {
    const left = withoutClusters(state, eu);
    for (const kept of [...inside, ...around]) assert.ok(JSON.stringify(left).includes(kept), kept);
    assert.equal(keptIdentities(left).get("eu"), "1");
  });
});

describe("the identities that a state keeps", () => {
  it("are those of its clusters, as far as it knows them", () => {
    assert.deepEqual([...keptIdentities(deployment)], [["eu", "1"]]);
    assert.deepEqual([...keptIdentities(undefined)], []);
    const taken = withIdentities(
      deployment,
      new Map([
        ["us", "2"],
        ["mars", "3"],
      ]),
    );
    assert.deepEqual(
      [...keptIdentities(taken)],
      [
        ["eu", "1"],
        ["us", "2"],
      ],
    );
  });
});
