import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import type { BaselineEntry } from "../../../../core/drift/baseline.ts";
import { decodeMemory, encodeMemory, type Onset } from "../../../../core/drift/memory.ts";
import { claimedSince, deletedAt, heldSince, withOnset } from "../../../../core/drift/onset.ts";
import { noVerdicts, type Difference, type DriftReport, type ObjectDrift } from "../../../../core/drift/report.ts";
import { object } from "../plan/fixture.ts";
import { live, manager } from "./scene.ts";

const name = "eu/shop/ConfigMap/settings";
const at = (hour: number): string => `2026-03-01T${String(hour).padStart(2, "0")}:00:00Z`;
const now = at(12);

function difference(path: string, since?: string): Difference {
  const managers = [] as const;
  const found = { path, steps: path.split("."), kind: "changed", old: "1", new: "2", managers, ours: true } as const;
  return { ...found, ...(since === undefined ? {} : { since }) };
}

function drift(more: Partial<ObjectDrift>): ObjectDrift {
  return {
    ...{ verdict: "drifted", owner: "application/web", cluster: "eu", kind: "ConfigMap", namespace: "shop" },
    ...{ name: "settings", resourceName: name, differences: [difference("data.key")], ignored: [], ...more },
  };
}

function report(...objects: readonly ObjectDrift[]): DriftReport {
  return { environment: "dev", objects, errors: [], counts: noVerdicts() };
}

interface Look {
  readonly known?: Onset;
  readonly entry?: Partial<BaselineEntry>;
  readonly missed?: boolean;
  readonly object?: ObjectDrift;
}

/** What one more look says and remembers. */
function look({ known, entry, missed = false, object: one = drift({}) }: Look) {
  const entries = entry === undefined ? [] : [[name, { uid: "u", live: "l", desired: "d", ...entry }] as const];
  const found = withOnset(report(one), {
    known: new Map(known === undefined ? [] : [[name, known]]),
    baseline: { objects: new Map(entries) },
    now,
    missed: () => missed,
  });
  const [said] = found.report.objects;
  return { since: said?.since, field: said?.differences[0]?.since, onset: found.onsets.get(name) };
}

describe("The onset of a drift", () => {
  it("is now when it is seen for the first time, and is remembered", () => {
    assert.deepEqual(look({ entry: { resourceVersion: "7" } }), {
      since: now,
      field: now,
      onset: { version: "7", since: { "data.key": now } },
    });
  });

  it("is the earliest of what the cluster says and what was seen, and never in the future", () => {
    const cases: readonly (readonly [string | undefined, string | undefined, string])[] = [
      [at(9), undefined, at(9)],
      [at(9), at(8), at(8)],
      [at(9), at(10), at(9)],
      [at(20), undefined, now],
      ["nonsense", undefined, now],
    ];
    for (const [said, seen, expected] of cases) {
      const known = seen === undefined ? {} : { known: { version: "7", since: { "data.key": seen } } };
      const one = drift({ differences: [difference("data.key", said)] });
      assert.equal(look({ ...known, entry: { resourceVersion: "7" }, object: one }).field, expected);
    }
  });

  it("of an object is that of the field that drifted first", () => {
    const differences = [difference("data.key", at(9)), difference("data.other", at(5))];
    assert.equal(look({ object: drift({ differences }) }).since, at(5));
  });

  it("begins anew where an update has put everything right meanwhile", () => {
    const known = { version: "7", since: { "data.key": at(3) } };
    assert.equal(look({ known, entry: { resourceVersion: "7" } }).field, at(3));
    assert.equal(look({ known, entry: { resourceVersion: "9" } }).field, now);
  });

  it("goes on through an update that left the field alone, and not through one that took it back", () => {
    const known = { version: "7", since: { "data.key": at(3) } };
    const taken = (path: string, last: string) => ({ entry: { reverted: [{ path, times: 1, last }] } });
    assert.equal(look({ known, ...taken("data.other", at(5)) }).field, at(3));
    assert.equal(look({ known, ...taken("data.key", at(5)) }).field, now);
    assert.equal(look({ known, ...taken("data.key", at(2)) }).field, at(3));
  });

  it("of a deleted object goes on when somebody makes another of its name, and not when the object had only drifted", () => {
    const gone = drift({ verdict: "deleted", differences: [] });
    assert.equal(look({ known: { since: { "data.key": at(3) } }, object: gone }).since, now);
    const anew = drift({ verdict: "recreated", since: at(6), differences: [] });
    assert.equal(look({ known: { since: { "-": at(4) } }, object: anew }).since, at(4));
    assert.equal(look({ object: anew }).since, at(6));
  });

  it("is forgotten when the drift has ended, and kept where nothing is known", () => {
    const known = { since: { "data.key": at(3) } };
    assert.equal(look({ known, object: drift({ resourceName: "eu/shop/ConfigMap/other" }) }).onset, undefined);
    assert.deepEqual(look({ known, object: drift({ verdict: "unknown", differences: [] }) }).onset, known);
    const other = drift({ resourceName: "eu/shop/ConfigMap/other" });
    assert.deepEqual(look({ known, missed: true, object: other }).onset, known);
    assert.equal(look({ known, object: drift({ verdict: "unchanged", differences: [] }) }).onset, undefined);
  });
});

describe("What the cluster says of an onset", () => {
  it("is when whoever holds a field wrote last, without ourselves", () => {
    const by = (who: string, time?: string) => ({
      ...{ manager: who, operation: "Update" as const },
      ...(time === undefined ? {} : { time }),
    });
    assert.equal(heldSince([by("driftless", at(1)), by("kubectl-edit", at(5)), by("hpa", at(4)), by("x")]), at(4));
    assert.equal(heldSince([by("driftless", at(1))]), undefined);
  });

  it("is when an unknown object was marked as ours, or else made", () => {
    const stray = object("v1", "ConfigMap", "stray", {
      metadata: {
        namespace: "shop",
        creationTimestamp: at(1),
        annotations: { "driftless.dev/environment": "dev" },
      },
    });
    assert.equal(claimedSince(stray), at(1));
    const fields = { "f:metadata": { "f:annotations": { "f:driftless.dev/environment": {} } } };
    const marked = live(stray, { managedFields: [manager("kubectl-annotate", fields, { time: at(6) })] });
    assert.equal(claimedSince(marked), at(6));
  });

  it("is when a deletion was asked for, not when its grace ends", () => {
    const going = object("v1", "Pod", "web", {
      metadata: { deletionTimestamp: "2026-03-01T10:00:30Z", deletionGracePeriodSeconds: 30 },
    });
    assert.equal(deletedAt(going), "2026-03-01T10:00:00.000Z");
    assert.equal(deletedAt(object("v1", "Pod", "web", {})), undefined);
  });
});

describe("What is remembered of drift", () => {
  it("is read as it was written", () => {
    const time = fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") })
      .map((date) => date.toISOString());
    const text = fc.string().filter((each) => each !== "__proto__");
    const onset = fc.record({ version: text, since: fc.dictionary(text, time) }, { requiredKeys: ["since"] });
    const map = <T>(value: fc.Arbitrary<T>) => fc.array(fc.tuple(text, value)).map((entries) => new Map(entries));
    fc.assert(
      fc.property(map(onset), map(fc.array(time)), (onsets, heals) => {
        const text = encodeMemory({ onsets, heals });
        const read = decodeMemory(text);
        assert.deepEqual([read?.onsets.size, read?.heals.size], [onsets.size, heals.size]);
        assert.equal(read === undefined ? "" : encodeMemory(read), text);
      }),
    );
  });

  it("is not taken from a damaged text", () => {
    for (const damaged of ["", "{", "[]", '{"version":2,"onsets":{},"heals":{}}', '{"version":1,"onsets":{"a":1}}']) {
      assert.equal(decodeMemory(damaged), undefined);
    }
  });
});
