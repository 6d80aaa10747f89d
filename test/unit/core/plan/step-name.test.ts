import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  gateName,
  hookName,
  hooksBarrierName,
  laneOwner,
  ownerOfStep,
  parseStepName,
  serversGateName,
  stepOfUrn,
  stepOwner,
  type DeliveryStep,
  type GatePoint,
} from "../../../../core/plan/step-name.ts";

const resourceName = "eu/shop/Job.batch/migrate";

describe("The names of gates and hooks", () => {
  for (const [name, written, step] of [
    ["application/web/start", gateName("application/web", "start"), gate("application/web", "start")],
    ["application/web/wave/-1", gateName("application/web", -1), gate("application/web", -1)],
    ["application/web/wave/0/servers", serversGateName("application/web", 0), gate("application/web", 0)],
    ["application/web/ready", gateName("application/web", "ready"), gate("application/web", "ready")],
    ["application/dns/on/eu", laneOwner("application/dns", "eu"), gate("application/dns", "lane")],
    ["application/dns/on/eu/start", gateName("application/dns/on/eu", "start"), gate("application/dns", "start")],
    ["application/dns/on/eu/wave/1/servers", serversGateName("application/dns/on/eu", 1), gate("application/dns", 1)],
    ["cluster/eu/addons", gateName("cluster/eu", "addons"), gate("cluster/eu", "addons")],
    ["application/web/step/2", stepOwner("application/web", 2), gate("application/web", "step")],
    ["application/web/step/2/wave/-1", gateName(stepOwner("application/web", 2), -1), gate("application/web", -1)],
    [
      "application/web/step/12/wave/0/servers",
      serversGateName(stepOwner("application/web", 12), 0),
      gate("application/web", 0),
    ],
    ["tenant/shop/ready", gateName("tenant/shop", "ready"), gate("tenant/shop", "ready")],
    [
      "application/web/hook/pre-deploy/eu/shop/Job.batch/migrate",
      hookName("web", "pre-deploy", resourceName),
      { kind: "hook", owner: "application/web", phase: "pre-deploy", resourceName },
    ],
  ] as const) {
    it(`are written and read as ${name}`, () => {
      assert.equal(written, name);
      assert.deepEqual(parseStepName(name), step);
      assert.deepEqual(
        stepOfUrn(`urn:pulumi:dev::driftless::driftless:index:Application$pulumi:index:Stash::${name}`),
        step,
      );
    });
  }

  for (const name of [
    "",
    "web-ready",
    "application/web",
    "application/web/wave/x",
    "application/web/step/x",
    "application/web/step/1/ready",
    "cluster/eu/ready",
    resourceName,
  ]) {
    it(`are not found in ${JSON.stringify(name)}`, () => assert.equal(parseStepName(name), undefined));
  }

  it("tell whose they are, barriers included", () => {
    assert.equal(ownerOfStep(hooksBarrierName("application/web", "pre-deploy", 0)), "application/web");
    assert.equal(ownerOfStep(serversGateName("application/web", 2)), "application/web");
    assert.equal(ownerOfStep(stepOwner("application/web", 2)), "application/web");
    assert.equal(ownerOfStep("tenant/shop/ready"), "tenant/shop");
    assert.equal(ownerOfStep("application/dns/on/eu"), "application/dns");
    assert.equal(ownerOfStep("cluster/eu/addons"), "cluster/eu");
    assert.equal(ownerOfStep("cluster/eu/ConfigMap/addons"), undefined);
    assert.equal(ownerOfStep(resourceName), undefined);
  });

  it("belong to a Stash only", () => {
    assert.equal(
      stepOfUrn("urn:pulumi:dev::driftless::kubernetes:core/v1:ConfigMap::application/web/ready"),
      undefined,
    );
  });
});

function gate(owner: string, point: GatePoint): DeliveryStep {
  return { kind: "gate", owner, point };
}
