import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { leftovers, stillOrphans, withOrphans } from "../../../../automation/engine/orphans.ts";
import type { PreviewResult } from "../../../../automation/engine/types.ts";
import { noCounts } from "../../../../core/plan/change.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import type { OwnedObjects } from "../../../../live/owned.ts";

const configMap = (name: string, uid: string, application = "web"): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name,
    namespace: "shop",
    uid,
    annotations: { "driftless.dev/environment": "dev", "driftless.dev/application": application },
  },
});
const on = (objects: readonly KubernetesObject[], unlisted: readonly string[] = []): OwnedObjects => ({
  objects,
  unlisted,
});
const urn = (name: string, cluster = "eu"): string =>
  `urn:pulumi:dev::driftless::driftless:index:Application$kubernetes:core/v1:ConfigMap::${cluster}/shop/ConfigMap/${name}`;
const owners = ["tenant/shop", "application/web"];
const result: PreviewResult = {
  changes: [],
  counts: noCounts(),
  hooks: [],
  removals: [],
  waits: [],
  violations: [],
  diagnostics: [],
  packs: {},
};

describe("orphans", () => {
  it("are what a cluster holds and neither plan nor state knows", () => {
    const owned = new Map([["eu", on([configMap("known", "u1"), configMap("left", "u2")])]]);
    const { orphans, strangers } = leftovers(owned, { urns: [urn("known"), "nonsense"], owners });
    assert.deepEqual(
      orphans.map(({ change, uid }) => [change, uid]),
      [
        [
          {
            action: "delete",
            owner: "application/web",
            cluster: "eu",
            kind: "ConfigMap",
            namespace: "shop",
            name: "left",
            fields: [],
            orphan: true,
          },
          "u2",
        ],
      ],
    );
    assert.deepEqual(strangers, []);
  });

  it("are none where the same object is known under the other name of its cluster", () => {
    const same = configMap("settings", "u1");
    const owned = new Map([
      ["eu", on([same])],
      ["us", on([same])],
    ]);
    assert.deepEqual(leftovers(owned, { urns: [urn("settings", "us")], owners }).orphans, []);
  });

  it("are listed once where their cluster has two names", () => {
    const owned = new Map([
      ["eu", on([configMap("left", "u1")])],
      ["us", on([configMap("left", "u1")])],
    ]);
    assert.equal(leftovers(owned, { urns: [], owners }).orphans.length, 1);
  });

  it("are none of an application that the environment does not have: they are named and left alone", () => {
    const owned = new Map([["eu", on([configMap("left", "u1", "elsewhere")], ["Secret"])]]);
    const left = leftovers(owned, { urns: [], owners });
    assert.deepEqual(left.orphans, []);
    assert.deepEqual(left.unlisted, ["Secret on eu"]);
    const [warning] = withOrphans(result, left).diagnostics;
    assert.equal(warning?.severity, "warning");
    assert.match(
      warning.message,
      /belong to nothing of it \(application elsewhere\), such as ConfigMap shop\/left on eu/,
    );
  });

  it("are those of an application that only the state still has", () => {
    const owned = new Map([["eu", on([configMap("left", "u1", "old")])]]);
    const component = "urn:pulumi:dev::driftless::driftless:index:Environment$driftless:index:Application::old";
    assert.equal(leftovers(owned, { urns: [component], owners }).orphans.length, 1);
  });

  it("count as deletions of a preview", () => {
    const left = leftovers(new Map([["eu", on([configMap("left", "u1")])]]), { urns: [], owners });
    const shown = withOrphans(result, left);
    assert.equal(shown.counts.delete, 1);
    assert.deepEqual(
      shown.changes,
      left.orphans.map(({ change }) => change),
    );
    assert.deepEqual(shown.diagnostics, []);
  });

  it("are none any more once a later run knows them", () => {
    const { orphans } = leftovers(new Map([["eu", on([configMap("left", "u1")])]]), { urns: [], owners });
    assert.equal(stillOrphans(orphans, []).length, 1);
    assert.deepEqual(stillOrphans(orphans, [urn("left")]), []);
  });
});
