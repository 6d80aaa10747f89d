import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { noOutcome } from "../../../../automation/engine/run.ts";
import { withoutHeld } from "../../../../automation/update/held.ts";
import { errorFinding } from "../../../../core/errors/finding.ts";
import type { Action, ObjectChange } from "../../../../core/plan/change.ts";
import type { EnvironmentPlan } from "../../../../core/plan/plan.ts";
import { application, environment } from "../../../components/plans.ts";

const plan: EnvironmentPlan = environment(
  [
    {
      ...application("web", []),
      clusters: ["canary", "eu", "us"],
      rollout: ["canary", "eu", "us"].map((cluster, at) => ({ step: at + 1, clusters: [cluster] })),
    },
    { ...application("plain", []), clusters: ["canary", "eu", "us"] },
  ],
  ["canary", "eu", "us"],
);
const change = (action: Action, owner: string, cluster: string): ObjectChange => ({
  ...{ action, owner: `application/${owner}`, cluster, kind: "ConfigMap", namespace: "shop", name: "a", fields: [] },
});
const hook = (cluster: string) => ({
  ...{ application: "web", phase: "pre-deploy", object: `${cluster}/shop/Job.batch/x`, state: "planned" as const },
});
const changes = [
  change("update", "web", "canary"),
  change("delete", "web", "canary"),
  change("update", "web", "eu"),
  change("create", "web", "us"),
  change("update", "plain", "us"),
];
const result = (...out: readonly string[]) => ({
  ...noOutcome,
  changes,
  counts: { ...noOutcome.counts, create: 1, update: 3, delete: 1 },
  removals: [{ change: change("delete", "web", "canary") }],
  hooks: [hook("canary"), hook("us")],
  leftOut: out.map((cluster) => ({ cluster, finding: errorFinding("CLUSTER_UNREACHABLE", "x", "y") })),
});

describe("a preview with a cluster that cannot be reached", () => {
  it("shows nothing of later steps, and no deletion of what then does not come up", () => {
    const held = withoutHeld(plan, result("eu"));
    assert.deepEqual(
      held.changes.map(({ action, owner, cluster }) => `${action} ${owner} ${cluster}`),
      ["update application/web canary", "update application/web eu", "update application/plain us"],
    );
    assert.deepEqual([held.counts.create, held.counts.update, held.counts.delete, held.counts.same], [0, 3, 0, 2]);
    assert.deepEqual([held.removals, held.hooks.map(({ object }) => object)], [[], ["canary/shop/Job.batch/x"]]);
  });

  it("is what it is where every cluster can be, or none is in a step", () => {
    const whole = result();
    assert.equal(withoutHeld(plan, whole), whole);
    const applications = plan.applications.filter(({ name }) => name === "plain");
    const partial = result("eu");
    assert.equal(withoutHeld({ ...plan, applications }, partial), partial);
  });
});
