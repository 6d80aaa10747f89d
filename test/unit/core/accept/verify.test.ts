import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Subject } from "../../../../core/accept/subject.ts";
import { verifyPlan } from "../../../../core/accept/verify.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import type { EnvironmentPlan, PlannedObject } from "../../../../core/plan/plan.ts";
import { objectSettings } from "../../../../core/plan/settings.ts";

const planned = (cluster: string, name: string, data: Readonly<Record<string, string>>): PlannedObject => {
  const object: KubernetesObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop" }, data };
  const resourceName = `${cluster}/shop/ConfigMap/${name}`;
  return { resourceName, cluster, wave: 0, object, settings: objectSettings(object) };
};

function plan(...objects: readonly PlannedObject[]): EnvironmentPlan {
  const application = {
    ...{ name: "web", tenant: "shop", clusters: ["eu"], dependsOn: [], renderer: "manifests" as const, path: "web" },
    ...{ timeoutSeconds: 1, digest: "", objects, hooks: [] },
  };
  return {
    ...{ environment: "dev", revision: "", digest: "", clusters: [], tenants: [], applications: [application] },
    ...{ policy: { packs: [], settings: "", config: {} }, healthChecks: [] },
  };
}

describe("A plan that accepting drift gives", () => {
  const [a, b, far] = [
    planned("eu", "a", { key: "1" }),
    planned("eu", "b", { key: "1" }),
    planned("us", "a", { key: "1" }),
  ];
  const before = plan(a, b, far);
  const change = {
    ...{ path: "data.key", steps: ["data", "key"], kind: "changed" as const, old: "1", new: "2" },
    ...{ managers: [], ours: true },
  };
  const subject = (changes: Subject["places"][0]["changes"]): Subject => ({
    ...{ application: "web", kind: "ConfigMap", namespace: "shop", name: "a" },
    places: [{ planned: a, changes }],
  });
  const changed = planned("eu", "a", { key: "2" });

  it("is right if exactly the accepted fields are what they are on the cluster", () => {
    assert.equal(verifyPlan(before, plan(changed, b, far), [subject([change])]), undefined);
    assert.equal(verifyPlan(before, plan(b, far), [subject("removed")]), undefined);
  });

  const wrong: readonly [string, EnvironmentPlan, Subject["places"][0]["changes"], RegExp][] = [
    ["the field is not", before, [change], /a would have another data\.key/],
    ["another field changes too", plan(planned("eu", "a", { key: "2", more: "x" }), b, far), [change], /data\.more/],
    [
      "another object changes too",
      plan(changed, planned("eu", "b", { key: "2" }), far),
      [change],
      /shop\/b on eu would/,
    ],
    [
      "another cluster changes too",
      plan(changed, b, planned("us", "a", { key: "2" })),
      [change],
      /shop\/a on us would/,
    ],
    ["something else goes", plan(changed, far), [change], /shop\/b on eu would change too/],
    ["something else comes", plan(changed, b, far, planned("eu", "c", {})), [change], /shop\/c on eu would change too/],
    ["the object goes", plan(b, far), [change], /a would be gone/],
    ["the object stays", before, "removed", /a would still be there/],
  ];
  for (const [what, after, changes, reason] of wrong) {
    it(`is wrong if ${what}`, () => assert.match(verifyPlan(before, after, [subject(changes)]) ?? "", reason));
  }
});
