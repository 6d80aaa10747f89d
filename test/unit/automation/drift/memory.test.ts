import assert from "node:assert/strict";
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { readDriftLog } from "../../../../automation/drift/log.ts";
import { DriftMemoryFile } from "../../../../automation/drift/memory.ts";
import { noVerdicts } from "../../../../core/drift/report.ts";
import type { DriftMemory } from "../../../../core/drift/memory.ts";

describe("The file of what is remembered of drift", () => {
  let project: string;
  let notes: string[];
  let file: DriftMemoryFile;
  const folder = (): string => join(project, ".driftless", "drift");
  const onsets: DriftMemory["onsets"] = new Map([["eu/_/Namespace/shop", { since: { "-": "2026-03-01T10:00:00Z" } }]]);

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "memory-"));
    notes = [];
    const silent = (): void => undefined;
    const progress = { step: silent, detail: silent, end: silent, note: (line: string) => void notes.push(line) };
    file = new DriftMemoryFile({ project, progress }, "dev");
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  it("is not made for nothing, is written whole, and leaves what the change leaves", async () => {
    await file.update((memory) => memory);
    assert.deepEqual(await readdir(project), []);
    const heals = new Map([["eu/_/Namespace/shop", ["2026-03-01T11:00:00Z"]]]);
    await file.update((memory) => ({ ...memory, heals }));
    await file.update((memory) => ({ ...memory, onsets }));
    assert.deepEqual(await file.read(), { onsets, heals });
    const measured = { at: "2026-03-01T12:00:00.000Z", outcome: "none", counts: noVerdicts() } as const;
    await file.update((memory) => ({ ...memory, measured }));
    assert.deepEqual(await file.read(), { onsets, heals, measured });
    assert.deepEqual([await readdir(folder()), notes], [["dev.json", "dev.log"], []]);
  });

  it("has what began and what ended beside it, with the time of the look that saw it", async () => {
    const measured = (at: string) => ({ at, outcome: "none", counts: noVerdicts() }) as const;
    await file.update((memory) => ({ ...memory, onsets, measured: measured("2026-03-01T10:30:00.000Z") }));
    await file.update((memory) => ({ ...memory, measured: measured("2026-03-01T11:00:00.000Z") }));
    await file.update((memory) => ({ ...memory, onsets: new Map(), measured: measured("2026-03-01T12:00:00.000Z") }));
    const episode = { since: "2026-03-01T10:00:00Z", until: "2026-03-01T12:00:00.000Z", fields: ["-"] };
    assert.deepEqual(await readDriftLog(project, "dev"), [{ object: "eu/_/Namespace/shop", ...episode }]);
    assert.deepEqual(await readDriftLog(project, "staging"), []);
  });

  it("keeps what several write at the same time", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `eu/shop/ConfigMap/${index}`);
    const time = ["2026-03-01T11:00:00Z"];
    await Promise.all(
      names.map((name) => file.update((memory) => ({ ...memory, heals: new Map([...memory.heals, [name, time]]) }))),
    );
    assert.equal((await file.read()).heals.size, 20);
  });

  it("is said to be damaged, once, and written anew", async () => {
    await mkdir(folder(), { recursive: true });
    await writeFile(join(folder(), "dev.json"), '{"version":1,"ons');
    await file.read();
    await file.update((memory) => ({ ...memory, onsets }));
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? "", /^\.driftless\/drift\/dev\.json is damaged/);
    assert.deepEqual((await file.read()).onsets, onsets);
  });

  it("stops nobody where it cannot be written", async () => {
    await writeFile(join(project, ".driftless"), "in the way");
    await file.update((memory) => ({ ...memory, onsets }));
    assert.match(notes.join("\n"), /cannot be (?:read|written) \(E/);
    assert.equal(await readFile(join(project, ".driftless"), "utf8"), "in the way");
  });
});
