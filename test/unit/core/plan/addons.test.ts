import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { addonsBefore, addonsOn } from "../../../../core/plan/addons.ts";
import { lanesOf } from "../../../../core/plan/lanes.ts";
import { waitingSteps } from "../../../../core/plan/stages.ts";
import { application, configMap, environment, manifest, object, plan, tenant } from "./fixture.ts";

const pods = { template: { spec: { containers: [{ name: "a", envFrom: [{ configMapRef: { name: "dns" } }] }] } } };
const rendered = {
  web: [manifest(object("apps/v1", "Deployment", "web", { spec: pods }))],
  edge: [manifest(configMap("edge"))],
  dns: [manifest(configMap("dns"))],
  certs: [manifest(configMap("certs"))],
};

function planWith(addons: readonly string[]) {
  const spec = environment({
    clusters: { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } },
    tenants: { shop: tenant({ clusters: ["eu", "us"] }) },
    applications: {
      web: application(),
      edge: application({ clusters: ["us"] }),
      dns: application({ clusters: ["eu", "us"], dependsOn: ["certs"] }),
      certs: application(),
    },
    addons: [...addons],
  });
  return plan(rendered, { spec });
}

describe("add-ons", () => {
  const { plan: planned, findings } = planWith(["dns", "certs"]);
  const named = (name: string) => {
    const found = planned.applications.find((each) => each.name === name);
    assert.ok(found);
    return found;
  };

  it("come first in a plan, in the order of what they depend on", () => {
    const names = planned.applications.map(({ name, addon }) => `${name}${addon === true ? " add-on" : ""}`);
    assert.deepEqual(names, ["certs add-on", "dns add-on", "edge", "web"]);
  });

  it("are what the others on the same cluster wait for, and no others", () => {
    assert.deepEqual(addonsBefore(named("web"), planned.applications), ["certs", "dns"]);
    assert.deepEqual(addonsBefore(named("edge"), planned.applications), ["dns"]);
    assert.deepEqual(addonsBefore(named("dns"), planned.applications), []);
    assert.deepEqual(
      addonsOn(planned.applications, "us").map(({ name }) => name),
      ["dns"],
    );
  });

  it("need not be named by who cannot do without them", () => {
    assert.deepEqual(findings, []);
    assert.deepEqual(
      planWith([]).findings.map(({ code }) => code),
      ["ORDER_INVALID"],
    );
  });

  it("are part of what was reviewed, and nothing where there are none", () => {
    assert.notEqual(planWith(["certs"]).plan.digest, planWith(["certs", "dns"]).plan.digest);
    assert.equal(
      planWith([]).plan.applications.some((each) => "addon" in each),
      false,
    );
  });

  it("are delivered on each cluster by itself, other applications on all of theirs together", () => {
    const lanes = lanesOf(named("dns"));
    assert.deepEqual(
      lanes.map(({ owner, cluster, objects }) => [owner, cluster, objects.map(({ resourceName }) => resourceName)]),
      [
        ["application/dns/on/eu", "eu", ["eu/shop/ConfigMap/dns"]],
        ["application/dns/on/us", "us", ["us/shop/ConfigMap/dns"]],
      ],
    );
    assert.deepEqual(
      lanesOf(named("web")).map(({ owner, cluster }) => [owner, cluster]),
      [["application/web", undefined]],
    );
  });

  it("have a hand of the engine for each of their gates, too", () => {
    // Of each part of an application three, and one for each cluster.
    assert.equal(waitingSteps(planned), 3 * 5 + 2);
    assert.equal(waitingSteps(planWith([]).plan), 3 * 4);
  });
});
