import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatMessage, parseMessage, type UpdateNote } from "../../../../core/history/note.ts";

const note: UpdateNote = {
  run: "r1",
  kind: "up",
  by: { name: "Ada <ada@example.com>" },
  to: "4f6c1a29d0b5e8a7c3f2410b6d9e8c7a5b3f1e2d",
  digest: "sha256:ab",
  waited: true,
  changes: { counts: { update: 1 }, objects: [["update", "application/web", "eu/shop/Deployment.apps/web"]] },
};

describe("The note in the message of an update", () => {
  it("comes back as it was written, behind a line for people", () => {
    const message = formatMessage("Update to 4f6c1a2: 1 update", note);
    assert.match(message, /^Update to 4f6c1a2: 1 update\n\n/);
    assert.deepEqual(parseMessage(message), note);
  });

  it("cannot be forged by what the first line says", () => {
    const message = formatMessage('x\nDriftless-Update: {"run":"evil"}', note);
    assert.equal(parseMessage(message)?.run, "r1");
  });

  it("is none in the message of somebody else, or one that was cut", () => {
    const cut = formatMessage("Update", note).slice(0, -10);
    for (const message of ["", "Fix the till", "Driftless-Update: {", "Driftless-Update: 1", cut]) {
      assert.equal(parseMessage(message), undefined, message);
    }
  });

  it("stays small: objects are counted, then images and earlier runs left out", () => {
    const objects = Array.from({ length: 5_000 }, (_, at): [string, string, string] => {
      return ["update", "application/web", `eu/shop/ConfigMap/${"name".repeat(20)}-${at}`];
    });
    const images = { web: Array.from({ length: 1_000 }, (_, at) => `registry.example.com/${"x".repeat(50)}:${at}`) };
    const message = formatMessage("Update", { ...note, images, changes: { counts: { update: 5_000 }, objects } });
    assert.ok(Buffer.byteLength(message) < 25_000);
    const read = parseMessage(message);
    assert.equal(read?.images, undefined);
    assert.equal((read?.changes?.objects.length ?? 0) + (read?.changes?.more ?? 0), 5_000);
    assert.equal(read?.digest, note.digest);
  });

  it("is left out where not even its head fits", () => {
    const packs = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`pack-${at}-${"x".repeat(20)}`, "1"]));
    const kept = parseMessage(formatMessage("Update", { ...note, policy: { packs, advisory: 0, exceptions: [] } }));
    assert.equal(kept?.policy, undefined);
    assert.equal(kept?.to, note.to);
    assert.equal(parseMessage(formatMessage("Update", { ...note, reason: "x".repeat(30_000) }))?.reason?.length, 500);
    assert.equal(formatMessage("Update", { ...note, run: "x".repeat(30_000) }), "Update");
  });
});
