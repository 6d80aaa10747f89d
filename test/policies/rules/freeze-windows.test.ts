import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import type { RunFacts } from "../../../core/policy/run.ts";
import { freezeWindows } from "../../../policies/rules/freeze-windows.ts";

const weekend = { cron: "0 18 * * FRI", duration: "62h", timezone: "Europe/Berlin", action: "deny" };
const officeHours = { cron: "0 9 * * MON-FRI", duration: "8h", action: "allow" };
const run: RunFacts = {
  ...{ operation: "up", time: "", objects: 10, owners: ["application/web"] },
  ...{ deletions: [], replacements: [] },
};

const saturday = "2026-11-21T12:00:00Z";
const monday = "2026-11-23T12:00:00Z";

function check(time: string, freeze: readonly JsonObject[], operation: RunFacts["operation"] = "up", settings = {}) {
  const found = freezeWindows.checkRun({ ...run, time, operation }, { environment: { freeze }, ...settings });
  return found.map(({ message }) => message);
}

const denied = `${saturday} is inside a window of safety.freeze that denies ("0 18 * * FRI", 62h, Europe/Berlin), until 2026-11-23T07:00:00Z`;

describe("freeze-windows", () => {
  it("lets everything change where there are no windows", () => {
    assert.deepEqual(check(saturday, []), []);
    assert.deepEqual(freezeWindows.checkRun({ ...run, time: saturday }, {}), []);
  });

  it("stops what changes anything while a window denies", () => {
    for (const operation of ["up", "destroy", "heal"] as const) {
      assert.deepEqual(check(saturday, [weekend], operation), [denied]);
      assert.deepEqual(check(monday, [weekend], operation), []);
    }
  });

  it("lets people prepare a change, unless the settings say otherwise", () => {
    assert.deepEqual(check(saturday, [weekend], "preview"), []);
    assert.deepEqual(check(saturday, [weekend], "preview", { operations: ["preview"] }), [denied]);
    assert.deepEqual(check(saturday, [weekend], "heal", { operations: ["up"] }), []);
  });

  it("lets nothing change outside of the windows that allow", () => {
    assert.deepEqual(check(monday, [officeHours]), []);
    assert.deepEqual(check(saturday, [officeHours]), [
      `${saturday} is outside of every window of safety.freeze that allows, until 2026-11-23T09:00:00Z`,
    ]);
    assert.deepEqual(check(saturday, [officeHours, { ...officeHours, cron: "0 11 * * SAT" }]), []);
  });

  it("denies where one window denies and another allows", () => {
    const saturdays = { ...officeHours, cron: "0 11 * * SAT" };
    assert.deepEqual(check(saturday, [saturdays, officeHours, weekend]), [denied.replace("07:00", "09:00")]);
    const never = denied.replace(/, until .*/, "");
    assert.deepEqual(check(saturday, [saturdays, weekend]), [never], "every Saturday is denied");
    assert.deepEqual(check(monday, [officeHours, weekend]), []);
  });

  it("lets nothing change where a window cannot be evaluated", () => {
    for (const [window, shown] of [
      [{ ...weekend, cron: "whenever" }, '("whenever", 62h, Europe/Berlin)'],
      [{ ...officeHours, timezone: "Mars/Base" }, '("0 9 * * MON-FRI", 8h, Mars/Base)'],
    ] as const) {
      assert.deepEqual(check(monday, [officeHours, window]), [
        `nobody can tell whether a window of safety.freeze has begun ${shown}, so nothing may change`,
      ]);
    }
    assert.equal(check("now", [weekend]).length, 1);
  });

  it("lets a run pass that changes nothing", () => {
    const idle = { ...run, time: saturday, owners: [] };
    assert.deepEqual(freezeWindows.checkRun(idle, { environment: { freeze: [weekend] } }), []);
  });

  describe("of tenants and applications", () => {
    const environment = {
      tenants: { shop: { freeze: [weekend] }, bank: {} },
      applications: {
        web: { tenant: "shop" },
        till: { tenant: "bank", freeze: [officeHours] },
        ledger: { tenant: "bank" },
      },
    };
    const found = (time: string, owners: readonly string[], freeze: readonly JsonObject[] = []) =>
      freezeWindows
        .checkRun({ ...run, time, owners: [...owners] }, { environment: { ...environment, freeze } })
        .map(({ object = "run", message }) => `${object}: ${message}`);

    const till = `application/till: application "till" would change, and ${saturday} is outside of every window of applications.till.safety.freeze that allows, until 2026-11-23T09:00:00Z`;
    const inShop = (what: string): string =>
      `${what.replaceAll('"', "").replace(" ", "/")}: ${what} would change, and ${saturday} is inside a window of tenants.shop.safety.freeze that denies ("0 18 * * FRI", 62h, Europe/Berlin), until 2026-11-23T07:00:00Z`;

    it("stop a run that changes what they hold for, each with its own reason", () => {
      const owners = ["tenant/shop", "application/web", "application/till", "application/ledger"];
      assert.deepEqual(found(saturday, owners), [inShop('tenant "shop"'), inShop('application "web"'), till]);
      assert.deepEqual(found(monday, owners), []);
    });

    it("do not stop a run that leaves it as it is", () => {
      assert.deepEqual(found(saturday, ["application/ledger", "tenant/bank"]), []);
    });

    it("cannot open what the environment closes, which may stay closed for longer", () => {
      const freeze = [{ cron: "0 0 21 11 *", duration: "96h" }];
      assert.deepEqual(found(monday, ["application/till"], freeze), [
        `run: ${monday} is inside a window of safety.freeze that denies ("0 0 21 11 *", 96h, UTC), until 2026-11-25T00:00:00Z`,
      ]);
      const [, own] = found(saturday, ["application/till"], freeze);
      assert.equal(own, till.replace("2026-11-23T09:00:00Z", "2026-11-25T09:00:00Z"));
    });

    it("know nothing of what the document does not name", () => {
      assert.deepEqual(found(saturday, ["application/gone", "application/constructor", "", "tenant/toString"]), []);
    });
  });
});
