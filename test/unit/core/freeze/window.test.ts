import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { endOf, isActive, nextStart, windowProblem, type FreezeWindow } from "../../../../core/freeze/window.ts";

const weekend: FreezeWindow = { cron: "0 18 * * FRI", duration: "62h", timezone: "Europe/Berlin", action: "deny" };
const night: FreezeWindow = { ...weekend, cron: "30 2 * * *", duration: "1h" };

/** Moments, a quarter of an hour apart, at which a window is active, as hours and minutes in UTC. */
function activeQuarters(window: FreezeWindow, day: string): readonly string[] {
  const midnight = new Date(`${day}T00:00:00Z`).getTime();
  const quarters = Array.from({ length: 96 }, (_, index) => new Date(midnight + index * 900_000));
  return quarters.filter((at) => isActive(window, at)).map((at) => at.toISOString().slice(11, 16));
}

describe("a freeze window", () => {
  const moments: [string, boolean][] = [
    ["2026-11-20T16:59:59Z", false],
    ["2026-11-20T17:00:00Z", true],
    ["2026-11-22T00:00:00Z", true],
    ["2026-11-23T06:59:59Z", true],
    ["2026-11-23T07:00:00Z", false],
  ];
  for (const [at, active] of moments) {
    it(`is ${active ? "" : "not "}active at ${at}`, () => assert.equal(isActive(weekend, new Date(at)), active));
  }

  it("says when it ends and when it begins again", () => {
    assert.deepEqual(endOf(weekend, new Date("2026-11-21T00:00:00Z")), new Date("2026-11-23T07:00:00Z"));
    assert.equal(endOf(weekend, new Date("2026-11-23T07:00:00Z")), undefined);
    assert.deepEqual(nextStart(weekend, new Date("2026-11-21T00:00:00Z")), new Date("2026-11-27T17:00:00Z"));
  });

  it("begins at the same time of day in summer and winter, and lasts as many hours", () => {
    // Berlin leaves summer time on 25 October 2026, and enters it on 29 March.
    assert.equal(isActive(weekend, new Date("2026-10-23T15:59:59Z")), false);
    assert.equal(isActive(weekend, new Date("2026-10-23T16:00:00Z")), true);
    assert.deepEqual(endOf(weekend, new Date("2026-10-24T00:00:00Z")), new Date("2026-10-26T06:00:00Z"));
    assert.deepEqual(endOf(weekend, new Date("2026-03-28T00:00:00Z")), new Date("2026-03-30T07:00:00Z"));
  });

  it("is not lost on the day on which clocks skip its beginning", () => {
    assert.deepEqual(activeQuarters(night, "2026-03-28"), ["01:30", "01:45", "02:00", "02:15"]);
    assert.deepEqual(activeQuarters(night, "2026-03-29"), ["01:00", "01:15", "01:30", "01:45"]);
    assert.equal(activeQuarters({ ...night, cron: "30 2,14 * * *" }, "2026-03-29").length, 8);
  });

  it("comes once on the day on which clocks show its beginning twice", () => {
    assert.deepEqual(activeQuarters(night, "2026-10-25"), ["00:30", "00:45", "01:00", "01:15"]);
  });

  it("is one with those that it runs into", () => {
    const days = { ...night, cron: "0 0 * * SAT,SUN", duration: "24h", timezone: "UTC" };
    assert.deepEqual(endOf(days, new Date("2026-11-21T12:00:00Z")), new Date("2026-11-23T00:00:00Z"));
    assert.equal(endOf({ ...days, cron: "* * * * *" }, new Date("2026-11-21T12:00:00Z")), undefined);
  });

  const problems: [Partial<FreezeWindow>, string, string][] = [
    [{ cron: "" }, "cron", '"" does not say when a window begins.'],
    [{ cron: "* * * *" }, "cron", '"* * * *" does not say when a window begins.'],
    [{ cron: "0 0 18 * * FRI" }, "cron", '"0 0 18 * * FRI" does not say when a window begins.'],
    [{ cron: "0 18 * * FRIDAY" }, "cron", '"0 18 * * FRIDAY" does not say when a window begins.'],
    [{ cron: "60 0 * * *" }, "cron", '"60 0 * * *" does not say when a window begins.'],
    [{ cron: "0 0 31 2 *" }, "cron", '"0 0 31 2 *" never comes.'],
    [{ timezone: "" }, "timezone", 'No time zone is called "".'],
    [{ timezone: "Mars/Base" }, "timezone", 'No time zone is called "Mars/Base".'],
    [{ duration: "0h" }, "duration", '"0h" is no time at all.'],
    [{ duration: "1 day" }, "duration", '"1 day" is no time at all.'],
  ];
  for (const [change, field, message] of problems) {
    it(`cannot be evaluated with ${JSON.stringify(change)}`, () => {
      const window = { ...weekend, ...change };
      assert.deepEqual(windowProblem(window), { field, message });
      assert.equal(isActive(window, new Date("2026-11-21T00:00:00Z")), undefined);
    });
  }

  it("cannot be evaluated at a moment that is none", () => {
    assert.equal(windowProblem(weekend), undefined);
    assert.equal(isActive(weekend, new Date("tomorrow")), undefined);
  });
});
