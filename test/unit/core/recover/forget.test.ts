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
