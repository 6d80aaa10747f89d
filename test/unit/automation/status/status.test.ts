import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { stateObjects } from "../../../../automation/status/state-objects.ts";
import { judge } from "../../../../automation/status/status.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";

const stack = "urn:pulumi:dev::driftless::driftless:index:Environment";
const shop = `${stack}$driftless:index:Application::shop`;
const configMap = `${stack}$driftless:index:Application$kubernetes:core/v1:ConfigMap::main/shop/ConfigMap/settings`;
const deployment = `${stack}$driftless:index:Application$kubernetes:apps/v1:Deployment::main/shop/Deployment.apps/web`;

const state = {
  version: 3,
  deployment: {
    resources: [
      { urn: `${stack}::dev`, parent: "urn:pulumi:dev::driftless::pulumi:pulumi:Stack::driftless-dev" },
      { urn: configMap, parent: shop },
      { urn: deployment, parent: shop },
      { urn: `${configMap}-old`, parent: shop, delete: true },
    ],
  },
};

const settings: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "shop" },
};

describe("The status of an environment", () => {
  it("finds the objects of a state with their owner and API version, those on their way out excepted", () => {
    assert.deepEqual(
      stateObjects(state).map(({ owner, apiVersion, plainKind, resourceName }) => [
        owner,
        apiVersion,
        plainKind,
        resourceName,
      ]),
      [
        ["application/shop", "v1", "ConfigMap", "main/shop/ConfigMap/settings"],
        ["application/shop", "apps/v1", "Deployment", "main/shop/Deployment.apps/web"],
      ],
    );
    assert.deepEqual(stateObjects({ version: 3, deployment: {} }), []);
  });

  it("is as bad as the worst object, and names those that are not healthy", () => {
    const [owner, ...others] = judge(stateObjects(state), {
      objects: new Map([["main/shop/ConfigMap/settings", settings]]),
      errors: new Map(),
    });
    assert.equal(others.length, 0);
    assert.deepEqual(
      [owner?.owner, owner?.health, owner?.healthy, owner?.total],
      ["application/shop", "missing", 1, 2],
    );
    assert.deepEqual(
      owner?.problems.map(({ kind, name, health }) => [kind, name, health]),
      [["Deployment.apps", "web", "missing"]],
    );
  });

  it("never takes an object for missing on a cluster that could not be read", () => {
    const [owner] = judge(stateObjects(state), {
      objects: new Map(),
      errors: new Map([["main", [{ code: "CLUSTER_UNREACHABLE", severity: "error", message: "No way.", fix: "Go." }]]]),
    });
    assert.equal(owner?.health, "unknown");
    assert.deepEqual(
      owner.problems.map(({ reason }) => reason),
      ["No way.", "No way."],
    );
  });
});
