import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { DriftLog, type DriftEvent } from "../../../../core/drift/drift-log.ts";
import type { Difference, ObjectDrift } from "../../../../core/drift/report.ts";
import type { Json } from "../../../../core/manifest/manifest.ts";

const start = Date.parse("2026-03-01T10:00:00.000Z");
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

function changed(path: string, value: Json): Difference {
  return { path, steps: path.split("."), kind: "changed", old: "1", new: value, managers: [], ours: true };
}

function drift(more: Partial<ObjectDrift>): ObjectDrift {
  return {
    ...{ verdict: "drifted", owner: "application/web", cluster: "eu", kind: "ConfigMap", namespace: "shop" },
    ...{ name: "settings", resourceName: "eu/shop/ConfigMap/settings", differences: [], ignored: [], ...more },
  };
}

const drifted = (...differences: readonly Difference[]): ObjectDrift => drift({ differences });
const fine = drift({ verdict: "unchanged" });
const rows = (events: readonly DriftEvent[]): readonly string[] =>
  events.map(({ step, object, difference }) => `${step} ${difference?.path ?? object.verdict}`);

describe("The log of a watch", () => {
  let log: DriftLog;
  beforeEach(() => (log = new DriftLog()));

  it("tells each field once when it begins, when it becomes something else, and when it ends", () => {
    const steps: readonly (readonly [ObjectDrift, readonly string[]])[] = [
      [fine, []],
      [drifted(changed("data.a", "2")), ["began data.a"]],
      [drifted(changed("data.a", "2")), []],
      [drifted(changed("data.a", "2"), changed("data.b", "2")), ["began data.b"]],
      [drifted(changed("data.a", "3"), changed("data.b", "2")), ["changed data.a"]],
      [drifted(changed("data.a", "3")), ["ended data.b"]],
      [fine, ["ended data.a"]],
      [fine, []],
    ];
    for (const [seconds, [object, expected]] of steps.entries()) {
      assert.deepEqual(rows(log.note(object, at(seconds))), expected);
    }
    assert.deepEqual(log.objects(), []);
  });

  it("says since when what has ended had drifted", () => {
    const since = at(-3600);
    log.note(drifted({ ...changed("data.a", "2"), since }), at(0));
    const [ended] = log.note(fine, at(5));
    assert.deepEqual([ended?.since, ended?.time, ended?.difference?.new], [since, at(5), "2"]);
  });

  it("tells nothing of what was known at the beginning but its end", () => {
    log.begin([drifted(changed("data.a", "2"))], at(0));
    assert.deepEqual(rows(log.note(drifted(changed("data.a", "2")), at(1))), []);
    assert.deepEqual(rows(log.note(fine, at(2))), ["ended data.a"]);
  });

  it("does not take a deleted object for one whose fields are right again", () => {
    log.note(drifted(changed("data.a", "2")), at(0));
    assert.deepEqual(rows(log.note(drift({ verdict: "deleted" }), at(1))), ["began deleted"]);
    assert.deepEqual(rows(log.note(drift({ verdict: "recreated" }), at(2))), ["changed recreated"]);
    assert.deepEqual(rows(log.note(fine, at(3))), ["ended recreated"]);
  });

  it("says a fight once, and after a minute of quiet how it has ended", () => {
    for (const [object, end] of [
      [fine, ["ended data.a"]],
      [drifted(changed("data.a", "2")), ["began data.a"]],
    ] as const) {
      log = new DriftLog();
      const told = Array.from({ length: 12 }, (_, turn) =>
        rows(log.note(turn % 2 === 0 ? drifted(changed("data.a", "2")) : fine, at(turn))),
      ).flat();
      const before = ["began data.a", "ended data.a", "began data.a", "ended data.a"];
      assert.deepEqual(told, [...before, "fought-over data.a"]);
      assert.deepEqual(log.note(object, at(12)), []);
      assert.deepEqual(log.settle(at(60)), []);
      assert.deepEqual(rows(log.settle(at(80))), end);
      assert.deepEqual(log.settle(at(200)), []);
    }
  });

  it("takes a field that is set to one thing after the other for no fight", () => {
    for (const value of [2, 3, 4, 5, 6]) {
      assert.equal(rows(log.note(drifted(changed("spec.replicas", value)), at(value))).length, 1);
    }
  });

  it("takes what comes and goes over hours for no fight", () => {
    for (let hour = 0; hour < 10; hour += 1) {
      log.settle(at(hour * 3600));
      assert.deepEqual(rows(log.note(drifted(changed("data.a", "2")), at(hour * 3600))), ["began data.a"]);
      assert.deepEqual(rows(log.note(fine, at(hour * 3600 + 1))), ["ended data.a"]);
    }
  });
});
