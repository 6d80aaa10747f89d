import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { driftCases, noMarks } from "../../../../bench/drift/cases.ts";
import { foundByDrift, foundByFlux, foundByKubectl, foundByPreview } from "../../../../bench/drift/detectors.ts";
import { tableOf } from "../../../../bench/drift/drift-table.ts";

const kubectlOutput = `diff -u -N /tmp/LIVE-1/apps.v1.Deployment.bench.app-0001 /tmp/MERGED-2/apps.v1.Deployment.bench.app-0001
--- /tmp/LIVE-1/apps.v1.Deployment.bench.app-0001	2026-11-22 10:00:00.000000000 +0000
+++ /tmp/MERGED-2/apps.v1.Deployment.bench.app-0001	2026-11-22 10:00:00.000000000 +0000
@@ -6,7 +6,7 @@
   name: app-0001
 spec:
-  replicas: 2
+  replicas: 1
diff -u -N /tmp/LIVE-1/v1.ConfigMap.bench.app-0002 /tmp/MERGED-2/v1.ConfigMap.bench.app-0002
--- /tmp/LIVE-1/v1.ConfigMap.bench.app-0002	2026-11-22 10:00:00.000000000 +0000
+++ /tmp/MERGED-2/v1.ConfigMap.bench.app-0002	2026-11-22 10:00:00.000000000 +0000
@@ -0,0 +1,2 @@
+apiVersion: v1
+data:
`;

describe("What the contestants of the drift benchmark say", () => {
  it("is read of kubectl's diffs without the lines around a change", () => {
    const found = foundByKubectl(kubectlOutput);
    assert.deepEqual([...found.keys()], ["Deployment/app-0001", "ConfigMap/app-0002"]);
    assert.equal(found.get("Deployment/app-0001"), "-  replicas: 2\n+  replicas: 1");
    assert.match(found.get("ConfigMap/app-0002") ?? "", /^create\n/);
    assert.equal(foundByKubectl("").size, 0);
  });

  it("is read of Flux's dry run as what differs between the object and what it would be", () => {
    const live = { metadata: { name: "a" }, data: { key: "2", same: "x" } };
    const merged = { metadata: { name: "a" }, data: { key: "1", same: "x" } };
    const differences = [{ kind: "ConfigMap", name: "a", action: "configured", live, merged }];
    const text = foundByFlux(JSON.stringify({ changed: 1, differences })).get("ConfigMap/a") ?? "";
    assert.match(text, /^configured\n.*data\.key/);
    assert.doesNotMatch(text, /same/);
    assert.equal(foundByFlux('{"changed":0}').size, 0);
  });

  it("is read of our own documents", () => {
    const object = { verdict: "drifted", kind: "Deployment.apps", name: "a", differences: [{ path: "spec.replicas" }] };
    const report = (outcome: string) => JSON.stringify({ environments: [{ outcome, objects: [object] }] });
    assert.match(foundByDrift(report("drift")).get("Deployment/a") ?? "", /^drifted\n.*spec\.replicas/);
    const change = { action: "update", kind: "Deployment.apps", name: "a", fields: [{ path: "spec.replicas" }] };
    assert.match(foundByPreview(JSON.stringify({ changes: [change] })).get("Deployment/a") ?? "", /replicas/);
  });

  it("is no find where the scan has errors", () => {
    assert.throws(() => foundByDrift('{"environments":[{"outcome":"error","objects":[]}]}'), /errors/);
    assert.throws(() => foundByDrift('{"environments":[]}'), /errors/);
  });
});

describe("The table of drifts", () => {
  it("counts a report on the right field only, and reports on what nobody touched as false", () => {
    const found = new Map([
      ["Deployment/app-0000", "drifted\nspec.replicas"],
      ["Deployment/app-0001", "drifted\nspec.replicas"],
      ["Secret/other", "drifted"],
    ]);
    const table = tableOf([["one", found]]);
    assert.deepEqual(
      table.rows.slice(0, 2).map((row) => row.found["one"]),
      [false, true],
    );
    assert.deepEqual(table.falseReports, { one: ["Secret/other"] });
  });

  it("has an object of its own for every drift", () => {
    const objects = driftCases(noMarks).map(({ object }) => object);
    assert.ok(objects.length >= 20);
    assert.equal(new Set(objects).size, objects.length);
  });
});
