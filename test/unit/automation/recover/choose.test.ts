import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ClusterRemains } from "../../../../automation/engine/lost.ts";
import { chooseLost } from "../../../../automation/recover/choose.ts";
import { hasCode } from "../../../support/has-code.ts";
import { application, configMap, environment, manifest, plan, tenant } from "../../core/plan/fixture.ts";

const names = ["eu", "us"];
const spec = environment({
  clusters: Object.fromEntries(names.map((name) => [name, { local: { name } }])),
  tenants: { shop: tenant({ clusters: names }) },
  applications: { web: application({ clusters: names }) },
});
const planned = plan({ web: [manifest(configMap("a"))] }, { spec }).plan;
const count = [...planned.tenants, ...planned.applications]
  .flatMap(({ objects }) => objects)
  .filter(({ cluster }) => cluster === "eu").length;

/** A cluster that holds all that it should. */
function remains(cluster: string, changes: Partial<ClusterRemains> = {}): ClusterRemains {
  return { cluster, kept: "1", live: "1", held: count, found: count, present: count, ...changes };
}
const none = { named: new Set<string>(), unfinished: false };
const choose = (all: readonly ClusterRemains[], ask: Parameters<typeof chooseLost>[2] = none) => {
  const { lost, rebuilt } = chooseLost(planned, all, ask);
  return { lost: lost.map(({ cluster }) => cluster), rebuilt: [...rebuilt] };
};
const gone = { found: 0, present: 0 };

describe("the clusters that a recovery is about", () => {
  it("are none where all hold something of what they held", () => {
    assert.deepEqual(choose([remains("eu", { present: 1 }), remains("us")]), { lost: [], rebuilt: [] });
  });

  it("are those that are another one, even one that holds the same, and those that lost everything", () => {
    assert.deepEqual(choose([remains("eu", { live: "2" }), remains("us", gone)]), {
      lost: ["eu", "us"],
      rebuilt: ["eu", "us"],
    });
    assert.deepEqual(choose([remains("eu", { kept: undefined, ...gone })]).lost, ["eu"]);
    assert.deepEqual(choose([remains("eu", { kept: undefined, live: "2" })]).lost, []);
  });

  it("are not one that somebody names and that still holds some of it", () => {
    const ask = { named: new Set(["eu"]), unfinished: false };
    assert.throws(() => choose([remains("eu", { present: 1 })], ask), hasCode("CLUSTER_NOT_LOST"));
    assert.deepEqual(choose([remains("eu")], ask), { lost: [], rebuilt: [] });
  });

  it("are those too that a recovery has not come to, or that are named, or of which nothing is known", () => {
    const behind = remains("us", { held: count - 1, found: count - 1, present: count - 1 });
    assert.deepEqual(choose([behind]).rebuilt, []);
    assert.deepEqual(choose([behind], { ...none, unfinished: true }).rebuilt, ["us"]);
    assert.deepEqual(choose([behind], { ...none, named: new Set(["us"]) }).rebuilt, ["us"]);
    const unknown = choose([remains("us", { kept: undefined, held: 0, ...gone })]);
    assert.deepEqual(unknown, { lost: [], rebuilt: ["us"] });
  });
});
