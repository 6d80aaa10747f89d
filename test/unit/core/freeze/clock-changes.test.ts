import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { endOf, isActive, nextStart, type FreezeWindow } from "../../../../core/freeze/window.ts";

const daily: FreezeWindow = { cron: "30 2 * * *", duration: "1h", timezone: "UTC", action: "deny" };

/** The next beginnings after a moment, in UTC. */
function beginnings(window: FreezeWindow, after: string, count: number): readonly string[] {
  const found: string[] = [];
  for (let at: Date | undefined = new Date(after); found.length < count;) {
    at = nextStart(window, at);
    if (at === undefined) break;
    found.push(at.toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

/** What a window that begins every day at a time of day does on the day on which clocks are changed. */
const cases: readonly {
  readonly zone: string;
  readonly what: string;
  readonly cron: string;
  readonly after: string;
  readonly expected: readonly string[];
}[] = [
  {
    zone: "Europe/Berlin",
    what: "skip its beginning in March",
    cron: "30 2 * * *",
    after: "2026-03-28T00:00:00Z",
    expected: ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
  },
  {
    zone: "Europe/Berlin",
    what: "show its beginning twice in October",
    cron: "30 2 * * *",
    after: "2026-10-24T00:00:00Z",
    expected: ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  },
  {
    zone: "America/New_York",
    what: "skip its beginning in March",
    cron: "30 2 * * *",
    after: "2026-03-07T00:00:00Z",
    expected: ["2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z"],
  },
  {
    zone: "America/New_York",
    what: "show its beginning twice in November",
    cron: "30 1 * * *",
    after: "2026-10-31T00:00:00Z",
    expected: ["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"],
  },
  {
    zone: "Australia/Sydney",
    what: "skip its beginning in October",
    cron: "30 2 * * *",
    after: "2026-10-02T00:00:00Z",
    expected: ["2026-10-02T16:30Z", "2026-10-03T16:00Z", "2026-10-04T15:30Z"],
  },
  {
    zone: "Australia/Sydney",
    what: "show its beginning twice in April",
    cron: "30 2 * * *",
    after: "2026-04-03T00:00:00Z",
    expected: ["2026-04-03T15:30Z", "2026-04-04T15:30Z", "2026-04-05T16:30Z"],
  },
  {
    zone: "Australia/Lord_Howe",
    what: "skip its beginning by half an hour",
    cron: "15 2 * * *",
    after: "2026-10-02T00:00:00Z",
    expected: ["2026-10-02T15:45Z", "2026-10-03T15:30Z", "2026-10-04T15:15Z"],
  },
  {
    zone: "Asia/Beirut",
    what: "skip midnight",
    cron: "0 0 * * *",
    after: "2026-03-27T00:00:00Z",
    expected: ["2026-03-27T22:00Z", "2026-03-28T22:00Z", "2026-03-29T21:00Z"],
  },
  {
    zone: "America/New_York",
    what: "show every hour twice that it begins in",
    cron: "30 * * * *",
    after: "2026-11-01T05:00:00Z",
    expected: ["2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-01T07:30Z"],
  },
];

describe("a freeze window where clocks are changed", () => {
  for (const { zone, what, cron, after, expected } of cases) {
    it(`comes once a day, or whenever it says, where those of ${zone} ${what}`, () => {
      assert.deepEqual(beginnings({ ...daily, cron, timezone: zone }, after, expected.length), expected);
    });
  }

  /** Freezes that span the change, by the clock from Friday 18:00: their hours are hours that pass. */
  const spans: readonly [zone: string, begins: string, ends: string, clock: string][] = [
    ["Europe/Berlin", "2026-03-27T17:00:00Z", "2026-03-30T07:00:00Z", "Mon 09:00"],
    ["Europe/Berlin", "2026-10-23T16:00:00Z", "2026-10-26T06:00:00Z", "Mon 07:00"],
    ["Australia/Sydney", "2026-10-02T08:00:00Z", "2026-10-04T22:00:00Z", "Mon 09:00"],
    ["Australia/Sydney", "2026-04-03T07:00:00Z", "2026-04-05T21:00:00Z", "Mon 07:00"],
    ["America/Santiago", "2026-09-04T22:00:00Z", "2026-09-07T12:00:00Z", "Mon 09:00"],
  ];
  for (const [zone, begins, ends, clock] of spans) {
    it(`lasts as many hours as it says, until ${clock} in ${zone}`, () => {
      const weekend = { ...daily, cron: "0 18 * * FRI", duration: "62h", timezone: zone };
      const [start, end] = [new Date(begins), new Date(ends)];
      assert.equal(isActive(weekend, new Date(start.getTime() - 1)), false);
      assert.equal(isActive(weekend, start), true);
      assert.deepEqual(endOf(weekend, start), end);
      assert.equal(isActive(weekend, new Date(end.getTime() - 1)), true);
      assert.equal(isActive(weekend, end), false);
      const shown = new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
      }).format(end);
      assert.equal(shown.replace(",", ""), clock);
    });
  }

  it("is active in both of the hours that clocks show twice, if it lasts that long", () => {
    const night = { ...daily, cron: "0 1 * * *", duration: "3h", timezone: "America/New_York" };
    for (const at of ["05:00", "05:59", "06:00", "06:59", "07:59"]) {
      assert.equal(isActive(night, new Date(`2026-11-01T${at}:00Z`)), true, at);
    }
    assert.equal(isActive(night, new Date("2026-11-01T08:00:00Z")), false);
  });

  it("of 24 hours leaves the last hour of a day of 25 open", () => {
    const sunday = { ...daily, cron: "0 0 * * SUN", duration: "24h", timezone: "Europe/Berlin" };
    assert.deepEqual(endOf(sunday, new Date("2026-10-25T12:00:00Z")), new Date("2026-10-25T22:00:00Z"));
    assert.deepEqual(
      endOf({ ...sunday, duration: "25h" }, new Date("2026-10-25T12:00:00Z")),
      new Date("2026-10-25T23:00:00Z"),
    );
  });
});
