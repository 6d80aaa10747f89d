import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ownerClosure, freezeStates } from "../../../../core/freeze/of-spec.ts";
import type { FreezeWindow } from "../../../../core/freeze/window.ts";
import { application, environment, tenant } from "../plan/fixture.ts";

const weekend: FreezeWindow = { cron: "0 18 * * FRI", duration: "62h", timezone: "UTC", action: "deny" };
const office: FreezeWindow = { cron: "0 9 * * MON-FRI", duration: "8h", timezone: "UTC", action: "allow" };
const broken: FreezeWindow = { ...weekend, timezone: "Mars/Base" };

function document(own: { environment?: FreezeWindow[]; shop?: FreezeWindow[]; web?: FreezeWindow[] }) {
  return environment({
    safety: { maxDeletions: "10%", freeze: own.environment ?? [] },
    tenants: { shop: tenant({ safety: { freeze: own.shop ?? [] } }), other: tenant() },
    applications: {
      web: application({ safety: { maxDeletions: "50%", freeze: own.web ?? [] } }),
      api: application({ tenant: "other" }),
    },
  });
}

const saturday = new Date("2026-11-21T12:00:00Z");
const mondayNoon = new Date("2026-11-23T12:00:00Z");

describe("whether an application may change", () => {
  it("is decided by the windows of environment, tenant and application together", () => {
    for (const own of [{ environment: [weekend] }, { shop: [weekend] }, { web: [weekend] }]) {
      const spec = document(own);
      assert.equal(ownerClosure(spec, "application/web", saturday)?.reason, "deny");
      assert.equal(ownerClosure(spec, "application/web", mondayNoon), undefined);
      assert.equal(ownerClosure(spec, "application/api", saturday) === undefined, own.environment === undefined);
    }
  });

  it("is no where any level denies, whatever another allows", () => {
    const always: FreezeWindow = { ...office, cron: "0 0 * * *", duration: "24h" };
    const spec = document({ environment: [weekend], shop: [always], web: [always] });
    assert.equal(ownerClosure(spec, "application/web", saturday)?.field, "safety.freeze");
  });

  it("is yes only where every level with windows that allow allows", () => {
    const night: FreezeWindow = { ...office, cron: "0 16 * * *", duration: "2h" };
    const spec = document({ environment: [office], web: [night] });
    assert.equal(ownerClosure(spec, "application/web", mondayNoon)?.field, "applications.web.safety.freeze");
    assert.equal(ownerClosure(spec, "application/web", new Date("2026-11-23T16:30:00Z")), undefined);
    assert.equal(ownerClosure(spec, "application/web", new Date("2026-11-23T17:30:00Z"))?.field, "safety.freeze");
  });

  it("is no where a window cannot be evaluated, and nobody can tell until when", () => {
    const closure = ownerClosure(document({ shop: [broken] }), "application/web", mondayNoon);
    assert.deepEqual(closure, { reason: "unknown", field: "tenants.shop.safety.freeze", window: broken });
  });
});

describe("until when it may or may not change", () => {
  const until = (own: Parameters<typeof document>[0], at: Date) =>
    freezeStates(document(own), at).map(({ owner, closure, until: end }) =>
      [owner, closure?.reason ?? "open", end?.toISOString() ?? "never"].join(" "),
    );

  it("is said of nothing without windows", () => assert.deepEqual(until({}, saturday), []));

  it("is said of all that has windows", () => {
    assert.deepEqual(until({ environment: [weekend] }, saturday), ["environment deny 2026-11-23T08:00:00.000Z"]);
    assert.deepEqual(until({ shop: [weekend] }, mondayNoon), [
      "tenant/shop open 2026-11-27T18:00:00.000Z",
      "application/web open 2026-11-27T18:00:00.000Z",
    ]);
    assert.deepEqual(until({ web: [office] }, mondayNoon), ["application/web open 2026-11-23T17:00:00.000Z"]);
  });

  it("goes on through windows that follow each other", () => {
    const opening = "2026-11-23T09:00:00.000Z";
    assert.deepEqual(until({ environment: [weekend], web: [office] }, saturday), [
      "environment deny 2026-11-23T08:00:00.000Z",
      `application/web deny ${opening}`,
    ]);
    const evening: FreezeWindow = { ...office, cron: "0 17 * * MON-FRI", duration: "2h" };
    assert.deepEqual(until({ web: [office, evening] }, mondayNoon), ["application/web open 2026-11-23T19:00:00.000Z"]);
  });

  it("is never where it never ends", () => {
    const always: FreezeWindow = { ...weekend, cron: "* * * * *" };
    assert.deepEqual(until({ web: [always] }, mondayNoon), ["application/web deny never"]);
    assert.deepEqual(until({ web: [{ ...always, action: "allow" }] }, mondayNoon), ["application/web open never"]);
    const saturdays: FreezeWindow = { ...office, cron: "0 9 * * SAT" };
    assert.deepEqual(until({ web: [weekend, saturdays] }, saturday), ["application/web deny never"]);
  });
});
