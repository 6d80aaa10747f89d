import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { prepare } from "../../../../core/accept/prepare.ts";
import { selectDrift } from "../../../../core/accept/select.ts";
import { noVerdicts, type Difference, type DriftReport, type ObjectDrift } from "../../../../core/drift/report.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import type { EnvironmentPlan } from "../../../../core/plan/plan.ts";
import { objectSettings } from "../../../../core/plan/settings.ts";

const map = (data: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "shop" },
  data: { key: data },
});
const name = (cluster: string): string => `${cluster}/shop/ConfigMap/a`;
const changed: Difference = {
  ...{ path: "data.key", steps: ["data", "key"], kind: "changed", old: "1", new: "2" },
  ...{ managers: [], ours: true },
};
const drift = (cluster: string, more: Partial<ObjectDrift> = {}): ObjectDrift => ({
  ...{ verdict: "drifted", owner: "application/web", cluster, kind: "ConfigMap", namespace: "shop", name: "a" },
  ...{ resourceName: name(cluster), differences: [changed], ignored: [], ...more },
});

function planOf(object: KubernetesObject): EnvironmentPlan {
  const objects = ["eu", "us"].map((cluster) => ({
    ...{ resourceName: name(cluster), cluster, wave: 0, object, settings: objectSettings(object) },
  }));
  const application = {
    ...{
      name: "web",
      tenant: "shop",
      clusters: ["eu", "us"],
      dependsOn: [],
      renderer: "manifests" as const,
      path: "web",
    },
    ...{ timeoutSeconds: 1, digest: "", objects, hooks: [] },
  };
  return {
    ...{ environment: "dev", revision: "", digest: "", clusters: [], tenants: [], applications: [application] },
    ...{ policy: { packs: [], settings: "", config: {} }, healthChecks: [] },
  };
}

/** What is left to try, and why everything else is not. */
function outcome(drifted: readonly ObjectDrift[], how: { object?: KubernetesObject; removeDeleted?: boolean } = {}) {
  const object = how.object ?? map("1");
  const applied = new Map(["eu", "us"].map((cluster) => [name(cluster), object]));
  const { subjects, refused } = prepare(drifted, {
    plan: planOf(object),
    applied,
    removeDeleted: how.removeDeleted ?? false,
  });
  return {
    places: subjects.map(({ places }) => places.map(({ planned }) => planned.cluster).join("+")),
    refused: refused.map(({ field, reason }) => `${field?.path ?? "all"}: ${reason.message}`),
  };
}

describe("Drift that is to be accepted", () => {
  it("is one thing for Git, however many clusters have it", () => {
    assert.deepEqual(outcome([drift("eu"), drift("us")]), { places: ["eu+us"], refused: [] });
  });

  const refusals: readonly [string, Partial<ObjectDrift>, RegExp][] = [
    ["what nothing in Git makes", { verdict: "orphan" }, /Nothing in Git makes it/],
    ["what tenants have", { owner: "tenant/shop" }, /Driftless writes it itself/],
    ["what is gone, without a word", { verdict: "deleted", differences: [] }, /gone on the cluster/],
    ["what is going", { verdict: "deleted", terminating: true, differences: [] }, /not gone yet/],
    ["what is as Git says again", { verdict: "recreated", differences: [] }, /made anew/],
    ["what the pin does not hold", { resourceName: "eu/shop/ConfigMap/b" }, /The pin says something else/],
  ];
  for (const [what, more, reason] of refusals) {
    it(`is never ${what}`, () => {
      const { places, refused } = outcome([drift("eu", more)]);
      assert.deepEqual(places, []);
      assert.match(refused.join(), reason);
    });
  }

  it("is the removal of what is gone only if that is asked for", () => {
    const { places } = outcome([drift("eu", { verdict: "deleted", differences: [] })], { removeDeleted: true });
    assert.deepEqual(places, ["eu"]);
  });

  it("is nothing where the pin has moved since the last update", () => {
    const { subjects, refused } = prepare([drift("eu")], {
      plan: planOf(map("3")),
      applied: new Map([[name("eu"), map("1")]]),
      removeDeleted: false,
    });
    assert.deepEqual(subjects, []);
    assert.match(refused[0]?.reason.message ?? "", /The pin says something else/);
  });

  const field = (steps: readonly string[], more: Partial<Difference> = {}): Difference => ({
    ...changed,
    ...{ path: steps.join("."), steps, ...more },
  });

  it("leaves out single fields that Git cannot hold, and the whole object where an update would put one back", () => {
    const copy = "kubectl.kubernetes.io/last-applied-configuration";
    const harmless = [
      field(["metadata", "annotations", copy], { kind: "added", ours: false }),
      field(["metadata", "labels", "app.kubernetes.io/managed-by"], { kind: "removed" }),
      field(["metadata", "ownerReferences"], { kind: "added", ours: false }),
      field(["data", "default"], { kind: "removed", ours: false }),
    ];
    const some = outcome([drift("eu", { differences: [changed, ...harmless] })]);
    assert.deepEqual([some.places, some.refused.length], [["eu"], 4]);
    const order = outcome([drift("eu", { differences: [changed, field(["data"], { kind: "moved" })] })]);
    assert.deepEqual(order.places, []);
    assert.match(order.refused.join("\n"), /Only the order[^]*data\.key: Another field/);
  });

  it("never is a value of a Secret", () => {
    const object = { ...map("1"), kind: "Secret", metadata: { name: "a", namespace: "shop" } };
    for (const steps of [["data"], ["data", "key"], ["stringData", "key"]]) {
      const { places, refused } = outcome([drift("eu", { differences: [field(steps)] })], { object });
      assert.deepEqual(places, []);
      assert.match(refused.join(), /never written to Git/);
    }
  });
});

describe("What somebody names to accept", () => {
  const objects = [
    drift("eu"),
    drift("us"),
    drift("eu", {
      kind: "Deployment.apps",
      owner: "application/api",
      name: "b",
      resourceName: "eu/shop/Deployment.apps/b",
    }),
    drift("eu", { verdict: "unchanged", name: "c", resourceName: "eu/shop/ConfigMap/c" }),
  ];
  const report: DriftReport = { environment: "dev", objects, errors: [], counts: noVerdicts() };
  const selected = (...wanted: readonly string[]): readonly string[] =>
    selectDrift(report, wanted).map(({ cluster, name: called }) => `${cluster} ${called}`);

  it("is all, an application, an object anywhere, or one on one cluster", () => {
    assert.deepEqual(selected(), ["eu a", "us a", "eu b"]);
    assert.deepEqual(selected("web"), ["eu a", "us a"]);
    assert.deepEqual(selected("configmap/a", "web"), ["eu a", "us a"]);
    assert.deepEqual(selected("Deployment/b"), ["eu b"]);
    assert.deepEqual(selected("Deployment.apps/shop/b"), ["eu b"]);
    assert.deepEqual(selected("us/shop/ConfigMap/a"), ["us a"]);
  });

  it("is refused where it has not drifted: most likely it is misspelt", () => {
    for (const wanted of ["ConfigMap/c", "Deploymnt/b", "eu"]) {
      assert.throws(
        () => selected(wanted),
        (error) => error instanceof DriftlessError && error.code === "USAGE",
      );
    }
  });
});
