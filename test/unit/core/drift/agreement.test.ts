import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { disagreements } from "../../../../core/drift/agreement.ts";
import { noVerdicts, type Difference, type DriftReport, type ObjectDrift } from "../../../../core/drift/report.ts";
import type { FieldChange, ObjectChange } from "../../../../core/plan/change.ts";

const owner = "application/web";
const namespace = "shop";
const cluster = "eu";

function difference(path: string, changes: Partial<Difference> = {}): Difference {
  return { path, steps: path.split("."), kind: "changed", old: 1, new: 2, managers: [], ours: true, ...changes };
}

function object(name: string, changes: Partial<ObjectDrift>): ObjectDrift {
  const resourceName = `eu/shop/Deployment.apps/${name}`;
  return {
    ...{ verdict: "drifted", owner, cluster, kind: "Deployment.apps", namespace, name, resourceName },
    ...{ differences: [], ignored: [], ...changes },
  };
}

function change(name: string, action: ObjectChange["action"], ...paths: readonly string[]): ObjectChange {
  const fields = paths.map((path): FieldChange => ({ path, kind: "change", before: 2, after: 1 }));
  return { action, owner, cluster, kind: "Deployment.apps", namespace, name, fields };
}

function messages(objects: readonly ObjectDrift[], changes: readonly ObjectChange[]): readonly string[] {
  const report: DriftReport = { environment: "dev", objects, errors: [], counts: noVerdicts() };
  return disagreements(report, changes).map(
    ({ resourceName, message }) => `${resourceName.split("/").at(-1)}: ${message}`,
  );
}

describe("The scan and the engine's preview", () => {
  const image = difference("spec.template.spec.containers[name=web].image");

  it("agree on a changed field and a deleted object, however items of lists are written", () => {
    const objects = [object("web", { differences: [image] }), object("gone", { verdict: "deleted" })];
    const changes = [change("web", "update", "spec.template.spec.containers[0].image"), change("gone", "create")];
    assert.deepEqual(messages(objects, changes), []);
  });

  it("agree where one says the whole that the other says in parts", () => {
    const differences = [difference('metadata.labels["example.com/team"]')];
    assert.deepEqual(messages([object("web", { differences })], [change("web", "update", "metadata.labels")]), []);
  });

  it("do not contradict each other where a preview cannot see", () => {
    const added = difference("metadata.labels.team", { kind: "added", ours: false });
    const objects = [
      object("web", { differences: [added, difference("spec.replicas", { ours: false })] }),
      object("again", { verdict: "recreated", differences: [image] }),
      object("going", { verdict: "deleted", terminating: true }),
      object("hidden", { verdict: "unknown" }),
    ];
    assert.deepEqual(messages(objects, [change("hidden", "update", "spec.replicas")]), []);
  });

  it("do where a drifted field or a deleted object is to be left alone", () => {
    const objects = [object("web", { differences: [image] }), object("gone", { verdict: "deleted" })];
    assert.deepEqual(messages(objects, [change("web", "update", "spec.template.spec.containers[0].name")]), [
      `web: The scan finds that ${image.path} has drifted, and the engine would leave it alone.`,
      "gone: The scan finds that it is gone, and the engine would leave it alone.",
    ]);
  });

  it("do where the engine would change what the scan finds unchanged, unless it is ignored", () => {
    const replicas = { ...difference("spec.replicas"), by: "rule", reason: "/spec/replicas" } as const;
    const scaled = object("scaled", { verdict: "unchanged", ignored: [replicas] });
    const changes = [change("same", "update", "spec.paused"), change("scaled", "update", "spec.replicas")];
    assert.deepEqual(messages([scaled], changes), [
      "same: The scan finds it as last applied, and the engine would update it: spec.paused.",
    ]);
  });
});
