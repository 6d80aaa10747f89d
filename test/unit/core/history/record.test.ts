import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatMessage, type EarlierNote, type UpdateNote } from "../../../../core/history/note.ts";
import {
  concerns,
  lastGoodBefore,
  lastHealthy,
  toRecords,
  type HistoryEntry,
} from "../../../../core/history/record.ts";

const ada = { name: "Ada" };
let minute = 0;

function entry(run: string, fields: Partial<UpdateNote> & { result?: HistoryEntry["result"] } = {}): HistoryEntry {
  minute += 1;
  const { result = "succeeded", ...rest } = fields;
  const note: UpdateNote = { run, kind: "up", by: ada, waited: true, ...rest };
  return plain(formatMessage("Update", note), result);
}

function plain(message: string, result: HistoryEntry["result"] = "succeeded"): HistoryEntry {
  const time = `2026-11-22T10:${String(minute).padStart(2, "0")}`;
  return {
    kind: "update",
    result,
    startTime: `${time}:00.000Z`,
    endTime: `${time}:30.000Z`,
    message,
    environment: { "git.author": "Grace" },
    changes: { update: 1 },
  };
}

const ended = (run: string): EarlierNote => ({
  run,
  about: "ended",
  at: "2026-11-22T10:00:30Z",
  reasons: [{ code: "HEALTH_TIMEOUT", message: "web was not healthy." }],
});
const interrupted = (run: string): EarlierNote => ({
  run,
  about: "interrupted",
  at: "2026-11-22T10:00:00Z",
  reasons: [],
});

describe("The records of updates", () => {
  it("are numbered from the oldest, newest first", () => {
    const records = toRecords([entry("b"), entry("a")], []);
    assert.deepEqual(
      records.map(({ number, seconds }) => [number, seconds]),
      [
        [2, 30],
        [1, 30],
      ],
    );
    assert.deepEqual(toRecords([], []), []);
  });

  it("have the reasons that the next run wrote down, or the state while there is none", () => {
    const failed = entry("a", { result: "failed" });
    for (const records of [
      toRecords([failed], [ended("a")]),
      toRecords([entry("b", { earlier: [ended("a")] }), failed], []),
    ]) {
      const first = records.at(-1);
      assert.deepEqual([first?.outcome, first?.failures[0]?.code], ["failed", "HEALTH_TIMEOUT"]);
    }
  });

  it("call an update failed that the engine carried out and that did not become healthy", () => {
    const [only] = toRecords([entry("a")], [ended("a")]);
    assert.deepEqual([only?.outcome, only?.healthy], ["failed", false]);
  });

  it("hold a run that was killed, of which the engine's history knows nothing, before the one that went on", () => {
    const records = toRecords([entry("c", { earlier: [interrupted("b")] }), entry("a")], []);
    assert.deepEqual(
      records.map(({ number, outcome }) => [number, outcome]),
      [
        [2, "succeeded"],
        [undefined, "interrupted"],
        [1, "succeeded"],
      ],
    );
    assert.equal(toRecords([], [interrupted("a")])[0]?.outcome, "interrupted");
  });

  it("hold no run twice that was noted as begun and has ended after all", () => {
    const records = toRecords(
      [entry("b", { earlier: [interrupted("a"), ended("a")] }), entry("a", { result: "failed" })],
      [],
    );
    assert.deepEqual(
      records.map(({ outcome }) => outcome),
      ["succeeded", "failed"],
    );
  });

  it("hold what was done without the engine, such as the deletion of unknown objects", () => {
    const aside: EarlierNote = { ...ended("x"), kind: "heal", by: ada, reasons: [] };
    const [heal] = toRecords([entry("a")], [aside]);
    assert.deepEqual([heal?.number, heal?.kind, heal?.outcome], [undefined, "heal", "succeeded"]);
  });

  it("say of runs of plain Pulumi what the engine says", () => {
    const [only] = toRecords([plain("Fix the till")], []);
    assert.deepEqual([only?.kind, only?.by?.name, only?.healthy], ["pulumi update", "Grace", false]);
  });
});

describe("The last good update", () => {
  const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40));

  it("is the newest that succeeded, waited and was no destruction", () => {
    const newestFirst = [
      entry("e", { to: c, kind: "destroy" }),
      entry("d", { to: c, waited: false }),
      entry("c", { to: b, result: "failed" }),
      entry("b", { to: a }),
    ];
    assert.equal(lastHealthy(toRecords(newestFirst, []))?.to, a);
    assert.equal(lastHealthy(toRecords([], [])), undefined);
  });

  it("before the present one is of another commit", () => {
    const records = toRecords([entry("3", { to: b, kind: "heal" }), entry("2", { to: b }), entry("1", { to: a })], []);
    assert.equal(lastGoodBefore(records, b)?.to, a);
    assert.equal(lastGoodBefore(records.slice(0, 2), b), undefined);
  });
});

describe("Whether an update concerns an application", () => {
  it("is told by its objects, and assumed where not all are listed", () => {
    const listed: UpdateNote["changes"] = { counts: { update: 1 }, objects: [["update", "application/web", "x"]] };
    const record = (fields: Partial<UpdateNote>) => toRecords([entry("a", fields)], [])[0];
    const [one, many] = [
      record({ changes: listed }),
      record({ changes: { counts: {}, objects: [], more: 9 }, images: { till: ["a"] } }),
    ];
    assert.ok(one !== undefined && many !== undefined);
    assert.deepEqual(
      [concerns(one, "web"), concerns(one, "till"), concerns(many, "till"), concerns(many, "web")],
      [true, false, true, false],
    );
  });
});
