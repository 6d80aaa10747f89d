import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { clustersWithout, heldClusters, planWithout } from "../../../../core/plan/left-out.ts";
import type { EnvironmentPlan } from "../../../../core/plan/plan.ts";
import { stepsOf } from "../../../../core/plan/steps.ts";
import { application, configMap, environment, manifest, plan } from "./fixture.ts";

const names = ["canary", "eu", "us"];
const clusters = Object.fromEntries(names.map((name) => [name, { local: { name } }]));

function planned(rollout: ReturnType<typeof application>["rollout"] = []): EnvironmentPlan {
  const shop = environment().tenants["shop"];
  assert.ok(shop !== undefined);
  const applications = {
    web: application({ clusters: names, rollout }),
    here: application({ clusters: ["eu"], dependsOn: ["web"] }),
  };
  const spec = environment({ clusters, tenants: { shop: { ...shop, clusters: names } }, applications });
  return plan({ web: [manifest(configMap("a"))], here: [manifest(configMap("b"))] }, { spec }).plan;
}

const steps = [{ clusters: "canary" }, { clusters: "eu", pause: "1m" }, { clusters: "us" }];

describe("a plan without clusters that cannot be reached", () => {
  it("is the plan itself where all can be, whatever else is named", () => {
    const whole = planned();
    assert.equal(planWithout(whole, new Set()), whole);
    assert.equal(planWithout(whole, new Set(["elsewhere"])), whole);
  });

  it("holds nothing of them, keeps what is said of applications, and is not taken for the whole", () => {
    const whole = planned(steps);
    const rest = planWithout(whole, new Set(["us"]));
    assert.deepEqual(
      rest.clusters.map(({ name }) => name),
      ["canary", "eu"],
    );
    const objects = [...rest.tenants, ...rest.applications].flatMap((owner) => owner.objects);
    assert.deepEqual([...new Set(objects.map(({ cluster }) => cluster))].sort(), ["canary", "eu"]);
    const [web, here] = rest.applications;
    assert.deepEqual([web?.clusters, web?.unreachable], [["canary", "eu"], ["us"]]);
    assert.deepEqual([here?.clusters, here?.unreachable], [["eu"], undefined]);
    // Hooks run once for each digest: not again when the cluster is back.
    assert.deepEqual(web?.digest, whole.applications[0]?.digest);
    assert.deepEqual(clustersWithout(whole, rest.digest), ["us"]);
    assert.deepEqual(clustersWithout(whole, whole.digest), []);
    assert.equal(clustersWithout(whole, "sha256:other"), undefined);
  });

  it("does not come to the clusters of steps after one that cannot be over", () => {
    const held = (...out: readonly string[]) =>
      [...heldClusters(planned(steps), new Set(out))].map(([name, later]) => [name, ...later]);
    assert.deepEqual(held("canary"), [["web", "eu", "us"]]);
    assert.deepEqual(held("eu"), [["web", "us"]]);
    assert.deepEqual(held("us"), [["web"]]);
    assert.deepEqual(held(), []);
    assert.equal(heldClusters(planned(), new Set(["canary"])).size, 0);
  });
});

describe("the steps of an application", () => {
  it("are one for all clusters without a rollout", () => {
    const [web] = planWithout(planned(), new Set(["us"])).applications;
    assert.ok(web !== undefined);
    const [only, ...others] = stepsOf(web);
    assert.deepEqual(
      [only?.owner, only?.title, only?.clusters, only?.objects.length, others],
      ["application/web", "application web", ["canary", "eu", "us"], 2, []],
    );
  });

  it("hold what is on their clusters, each object once", () => {
    const [web] = planned(steps).applications;
    assert.ok(web !== undefined);
    assert.deepEqual(
      stepsOf(web).map(({ owner, title, objects, pauseSeconds }) => [
        owner,
        title,
        objects.map(({ cluster }) => cluster),
        pauseSeconds,
      ]),
      [
        ["application/web/step/1", "application web: step 1 of 3 (canary)", ["canary"], undefined],
        ["application/web/step/2", "application web: step 2 of 3 (eu)", ["eu"], 60],
        ["application/web/step/3", "application web: step 3 of 3 (us)", ["us"], undefined],
      ],
    );
  });
});
