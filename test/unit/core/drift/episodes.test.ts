import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { driftEpisodes, driftEvents, encodeEvents, overlaps } from "../../../../core/drift/episodes.ts";

const at = (hour: number): string => `2026-11-22T${String(hour).padStart(2, "0")}:00:00.000Z`;
const onsets = (known: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
  new Map(Object.entries(known).map(([object, since]) => [object, { since }]));

describe("Drift that is written down", () => {
  const none = onsets({});
  const web = onsets({ "eu/shop/ConfigMap/web": { "/data/key": at(8), "/data/other": at(7) } });

  it("is what began and what ended between two looks, and nothing in between", () => {
    const began = driftEvents(none, web, at(9));
    assert.deepEqual(began, [
      {
        at: at(9),
        event: "began",
        object: "eu/shop/ConfigMap/web",
        since: at(7),
        fields: ["/data/key", "/data/other"],
      },
    ]);
    assert.deepEqual(driftEvents(web, web, at(10)), []);
    const text = encodeEvents([...began, ...driftEvents(web, none, at(11))]);
    assert.deepEqual(driftEpisodes(text), [
      { object: "eu/shop/ConfigMap/web", since: at(7), until: at(11), fields: ["/data/key", "/data/other"] },
    ]);
  });

  it("has an episode for each time, is open until somebody sees it end, and loses no more than a line that was cut off", () => {
    const first = encodeEvents([...driftEvents(none, web, at(9)), ...driftEvents(web, none, at(10))]);
    const again = encodeEvents(driftEvents(none, onsets({ "eu/shop/ConfigMap/web": { "-": at(12) } }), at(13)));
    const episodes = driftEpisodes(`${first}{"at":"2026-\n${again}`);
    assert.deepEqual(
      episodes.map(({ since, until, fields }) => [since, until, fields]),
      [
        [at(7), at(10), ["/data/key", "/data/other"]],
        [at(12), undefined, ["-"]],
      ],
    );
  });

  it("is in a period if a part of it is", () => {
    const period = { from: at(8), to: at(10) };
    const episode = (since: string, until?: string) => overlaps({ object: "x", fields: [], since, until }, period);
    assert.deepEqual(
      [episode(at(7), at(8)), episode(at(9)), episode(at(5)), episode(at(6), at(7)), episode(at(10))],
      [true, true, true, false, false],
    );
  });
});
