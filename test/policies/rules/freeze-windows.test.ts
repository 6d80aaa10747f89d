import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import type { RunFacts } from "../../../core/policy/run.ts";
import { freezeWindows } from "../../../policies/rules/freeze-windows.ts";

const weekend = { cron: "0 18 * * FRI", duration: "62h", timezone: "Europe/Berlin", action: "deny" };
const officeHours = { cron: "0 9 * * MON-FRI", duration: "8h", action: "allow" };
const run: RunFacts = { operation: "up", time: "", objects: 10, deletions: [], replacements: [] };

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
    assert.deepEqual(check(saturday, [{ ...officeHours, cron: "0 11 * * SAT" }, weekend]), [denied]);
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
});
